-- The live sessions of the bearer, the latest used first, of very many the
-- first thousand.
-- $1 what $2 is of the user: subject, username, email, $2 what identifies the
-- user, $3 sid of the bearer's own session, or null
-- id, created, last_used, expires, address, agent, current
select
	replace(s.id::text, '-', '') as id,
	to_char(s.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		as created,
	to_char(s.last_used at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		as last_used,
	to_char(s.idle_expires at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		as expires,
	s.address,
	s.agent,
	s.id = $3::uuid as current
from postern.users u
join postern.sessions s on s.user_id = u.id
where u.id = postern.user_by($1, $2)
	and s.ended_at is null and s.epoch = u.epoch
	and s.idle_expires > now() and s.expires > now()
order by s.last_used desc, s.id
limit 1000
