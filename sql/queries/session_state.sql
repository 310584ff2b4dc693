-- How a session and its user stand.
-- $1 sid, $2 subject, $3 must be activated?, $4 jti of a refresh token (null:
-- not asked), $5 grace (seconds), $6 what $2 is of the user: subject, username,
-- email, $7 groups of which the user must be in one, a line each ('': all may),
-- $8 epoch of an access token (null: not asked)
select case
	when u.id is null then 'no_user'
	when u.banned_at is not null then 'inactive'
	when $3::boolean and u.verified_at is null then 'inactive'
	when s.id is null then 'no_session'
	when s.epoch <> u.epoch or u.epoch <> $8::integer then 'epoch'
	when s.ended_at is not null then 'ended'
	when least(s.idle_expires, s.expires) <= now() then 'expired'
	when s.current_jti <> $4::uuid and (s.previous_jti is distinct from $4::uuid
		or now() >= s.rotated_at + make_interval(secs => $5::bigint))
		then 'rotated'
	when $7 <> '' and not exists (
		select from postern.groups g
		where g.user_id = u.id and g.name = any(string_to_array($7, E'\n')))
		then 'no_member'
	else 'live'
	end as state
from (values (1)) as one
left join postern.users u on u.id = case $6
	when 'username' then (
		select id from postern.users where username_canonical = $2)
	when 'email' then coalesce((
		select id from postern.users
		where email_canonical = $2 and verified_at is not null
	), (
		select id from postern.users
		where email_canonical = $2 and verified_at is null
		order by created_at desc
		limit 1
	))
	else (select id from postern.users where subject = $2) end
left join postern.sessions s on s.id = $1::uuid and s.user_id = u.id
