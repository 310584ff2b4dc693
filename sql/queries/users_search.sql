-- A page of the accounts whose username, address, first or last name begins
-- with a text, the oldest first. Each of them is a range of an index, whose end
-- is the text with the last character of Unicode behind it.
-- $1 how many come before it, $2 how many it has, $3 the text as usernames
-- compare, $4 as addresses compare, $5 as it was typed
-- total: of all pages; the other columns are null on an empty one
with found as materialized (
	select id from postern.users
	where username_canonical >= $3::text
		and username_canonical < $3::text || chr(1114111)
	union
	select id from postern.users
	where verified_at is not null and email_canonical >= $4::text
		and email_canonical < $4::text || chr(1114111)
	union
	select id from postern.users
	where verified_at is null and email_canonical >= $4::text
		and email_canonical < $4::text || chr(1114111)
	union
	select id from postern.users
	where first_name <> '' and lower(first_name) collate "C" >= lower($5::text)
		and lower(first_name) collate "C" < lower($5::text) || chr(1114111)
	union
	select id from postern.users
	where last_name <> '' and lower(last_name) collate "C" >= lower($5::text)
		and lower(last_name) collate "C" < lower($5::text) || chr(1114111)
), page as (
	select id from found order by id offset $1::bigint limit $2::bigint
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
from (select count(*) as total from found) as everybody
left join (page join postern.users u on u.id = page.id) on true
order by u.id
