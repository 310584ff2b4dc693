-- The next users of a Django site, in Django's own tables.
-- $1 id that they come after, $2 at most so many
-- id, username, email, first_name, last_name, password, is_active, is_staff,
-- is_superuser, date_joined, last_login, groups
select
	u.id, u.username, u.email, u.first_name, u.last_name, u.password,
	u.is_active, u.is_staff, u.is_superuser,
	to_char(u.date_joined at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')
		as date_joined,
	to_char(u.last_login at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')
		as last_login,
	coalesce((
		-- what divides names must not make two of one: ":" is in none
		select string_agg(replace(g.name, ';', ':'), ';' order by g.name)
		from auth_user_groups m
		join auth_group g on g.id = m.group_id
		where m.user_id = u.id
	), '') as groups
from auth_user u
where u.id > $1::bigint
order by u.id
limit $2::bigint
