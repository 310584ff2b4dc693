-- A page of all accounts, the oldest first.
-- $1 how many come before it, $2 how many it has
-- total: of all pages; the other columns are null on an empty one
with page as (
	select * from postern.users order by id
	offset $1::bigint limit $2::bigint
)
select
	everybody.total,
	u.subject, u.username, u.email, u.first_name, u.last_name, u.is_staff,
	u.verified_at is not null as is_active,
	u.banned_at is not null as is_banned,
	postern.groups_of(u.id) as groups,
	to_char(u.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		as created,
	to_char(u.last_login at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		as last_login
from (select count(*) as total from postern.users) as everybody
left join page u on true
order by u.id
