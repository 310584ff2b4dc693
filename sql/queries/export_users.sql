-- The next accounts, with all that is known about them.
-- $1 internal id that they come after, $2 at most so many
-- number (internal id), id, username, email, first_name, last_name, password,
-- verified, banned, staff, groups, created, last_login, two_step
select
	u.id as number,
	u.subject as id,
	u.username,
	u.email,
	u.first_name,
	u.last_name,
	u.password,
	to_char(u.verified_at at time zone 'UTC',
		'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as verified,
	to_char(u.banned_at at time zone 'UTC',
		'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as banned,
	u.is_staff as staff,
	coalesce((
		select string_agg(g.name, ';' order by g.name)
		from postern.groups g
		where g.user_id = u.id
	), '') as groups,
	to_char(u.created_at at time zone 'UTC',
		'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created,
	to_char(u.last_login at time zone 'UTC',
		'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as last_login,
	-- a column that is not there is null
	to_jsonb(u) ->> 'totp_enabled_at' is not null as two_step
from postern.users u
where u.id > $1::bigint
order by u.id
limit $2::bigint
