-- How a session and its user stand.
-- $1 sid, $2 subject, $3 must be activated?, $4 jti of a refresh token (null:
-- not asked), $5 grace (seconds)
select case
	when u.id is null then 'no_user'
	when u.banned_at is not null then 'inactive'
	when $3::boolean and u.verified_at is null then 'inactive'
	when s.id is null then 'no_session'
	when s.epoch <> u.epoch then 'epoch'
	when s.ended_at is not null then 'ended'
	when least(s.idle_expires, s.expires) <= now() then 'expired'
	when s.current_jti <> $4::uuid and (s.previous_jti is distinct from $4::uuid
		or now() >= s.rotated_at + make_interval(secs => $5::bigint))
		then 'rotated'
	else 'live'
	end as state
from (values (1)) as one
left join postern.users u on u.subject = $2
left join postern.sessions s on s.id = $1::uuid and s.user_id = u.id
