-- Accounts in the order in which they were made.
-- $1 only unverified, $2 only banned, $3 only staff, $4 at most so many
-- id, username, email, verified, banned, is_staff, created
select
	subject as id,
	username,
	email,
	verified_at is not null as verified,
	banned_at is not null as banned,
	is_staff,
	to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		as created
from postern.users
where (not $1::boolean or verified_at is null)
	and (not $2::boolean or banned_at is not null)
	and (not $3::boolean or is_staff)
order by postern.users.id
limit $4::bigint
