-- An account as the operator sees it.
-- $1 canonical username, $2 subject (one of them null)
-- id, username, email, first_name, last_name, verified, banned, is_staff,
-- groups, epoch, created, last_login, sessions, two_step
select
	u.subject as id,
	u.username,
	u.email,
	u.first_name,
	u.last_name,
	to_char(u.verified_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		as verified,
	to_char(u.banned_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		as banned,
	u.is_staff,
	replace(postern.groups_of(u.id), E'\n', ', ') as groups,
	u.epoch,
	to_char(u.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		as created,
	to_char(u.last_login at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		as last_login,
	(
		select count(*)
		from postern.sessions s
		where s.user_id = u.id
			and s.ended_at is null
			and s.epoch = u.epoch
			and s.idle_expires > now()
			and s.expires > now()
			and u.banned_at is null
	) as sessions,
	u.totp_enabled_at is not null as two_step
from postern.users u
where u.username_canonical = $1::text or u.subject = $2::text
