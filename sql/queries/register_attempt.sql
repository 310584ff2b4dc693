-- Whether a registration may be made, before its password is hashed.
-- $1 canonical username, $2 canonical address, $3 peer's prefix,
-- $4 limits on?, $5 a minute from a peer, $6 hash of its invitation or null
select
	case when $4::boolean then postern.take_token(
		postern.throttle_key('register', $3),
		$5::double precision, $5::double precision / 60) else 0 end as wait,
	exists (select from postern.users where username_canonical = $1)
		as has_username,
	exists (select from postern.users
		where email_canonical = $2 and verified_at is not null) as has_email,
	exists (select from postern.tickets t
		join postern.invitations i on i.id = t.invitation_id
		where t.hash = $6::bytea and t.purpose = 'invitation'
			and t.expires > now() and i.email_canonical = $2
			and i.used_at is null and i.revoked_at is null) as is_invited
