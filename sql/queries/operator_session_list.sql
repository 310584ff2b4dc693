-- Live sessions, the latest used first: all, or those of one account.
-- $1 canonical username, $2 subject (both null: all), $3 at most so many
-- id, username, created, last_used, expires, address, agent
select
	replace(s.id::text, '-', '') as id,
	u.username,
	to_char(s.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		as created,
	to_char(s.last_used at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		as last_used,
	to_char(s.idle_expires at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		as expires,
	s.address,
	s.agent
from postern.sessions s
	join postern.users u on u.id = s.user_id
where s.ended_at is null
	and s.epoch = u.epoch
	and s.idle_expires > now()
	and s.expires > now()
	and u.banned_at is null
	and (($1::text is null and $2::text is null)
		or u.username_canonical = $1::text
		or u.subject = $2::text)
order by s.last_used desc
limit $3::bigint
