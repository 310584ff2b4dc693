-- An account for somebody who asks for it: the own one, and for staff any.
-- $1 what $2 is of the one who asks: subject, username, email, $2 what
-- identifies who asks, $3 subject of the account
select
	asker.id as asker, u.id as target,
	u.id = asker.id as is_own, asker.is_staff as by_staff,
	u.subject, u.username, u.email, u.first_name, u.last_name, u.is_staff,
	u.verified_at is not null as is_active,
	u.banned_at is not null as is_banned,
	postern.groups_of(u.id) as groups,
	to_char(u.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		as created,
	to_char(u.last_login at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		as last_login
from postern.users asker
join postern.users u on u.subject = $3 and (u.id = asker.id or asker.is_staff)
where asker.id = postern.user_by($1, $2) and asker.banned_at is null
