-- Whether a ticket that did not activate was good for an account that is
-- active by now.
-- $1 hash of the ticket, $2 subject
select exists (
	select from postern.tickets t
	join postern.users u on u.id = t.user_id
	where t.hash = $1::bytea and t.purpose = 'activation'
		and t.expires > now() and u.subject = $2
		and u.verified_at is not null and u.banned_at is null
) as is_stale
