-- The newest invitations: those that are open, or all.
-- $1 all?, $2 at most so many
-- id, email, groups, state, created, expires
select i.id, i.email, array_to_string(i.groups, ',') as groups, s.state,
	to_char(i.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		as created,
	to_char(i.expires at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		as expires
from postern.invitations i
cross join lateral (
	select case when i.used_at is not null then 'used'
		when i.revoked_at is not null then 'revoked'
		when i.expires <= now() then 'expired'
		else 'open' end as state) s
where $1::boolean or s.state = 'open'
order by i.id desc
limit $2::bigint
