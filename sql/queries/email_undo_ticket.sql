-- Whether a ticket leads back to an old address, while it is good.
-- $1 hash of the ticket, $2 subject
select exists (
	select from postern.tickets t
	join postern.users u on u.id = t.user_id
	where t.hash = $1::bytea and t.purpose = 'email_undo'
		and t.used_at is null and t.expires > now()
		and u.subject = $2 and u.banned_at is null
) as is_good
