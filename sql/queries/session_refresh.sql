-- One refresh: moves the session on, issues the same successor again within
-- the grace, or ends the session on reuse. A row that another refresh has just
-- moved is seen as it is then: all that decides stands in the update itself.
-- No row: session_state says why.
-- $1 sid, $2 presented jti, $3 new jti, $4 grace (seconds), $5 rotate?,
-- $6 refuse older tokens?, $7 iat of the token, $8 subject,
-- $9 must be activated?, $10 peer's prefix, $11 what $8 is of the user: subject,
-- username, email, $12 groups as well?, $13 is somebody told of reuse?
with moved as (
	update postern.sessions s set
		previous_jti = case when $5::boolean
			and (s.current_jti = $2::uuid or not $6::boolean)
			then s.current_jti else s.previous_jti end,
		current_jti = case when $5::boolean
			and (s.current_jti = $2::uuid or not $6::boolean)
			then $3::uuid else s.current_jti end,
		rotated_at = case when $5::boolean
			and (s.current_jti = $2::uuid or not $6::boolean)
			then now() else s.rotated_at end,
		idle_expires = case when $5::boolean
			and (s.current_jti = $2::uuid or not $6::boolean)
			then least(date_trunc('second', now()) + s.lifetime, s.expires)
			else s.idle_expires end,
		last_used = now(),
		ended_at = case when s.current_jti <> $2::uuid and $6::boolean
			and (s.previous_jti is distinct from $2::uuid
				or $4::bigint = 0
				or now() >= s.rotated_at
					+ make_interval(secs => $4::bigint))
			then now() end,
		ended_by = case when s.current_jti <> $2::uuid and $6::boolean
			and (s.previous_jti is distinct from $2::uuid
				or $4::bigint = 0
				or now() >= s.rotated_at
					+ make_interval(secs => $4::bigint))
			then 'reuse' end
	from postern.users u
	where s.id = $1::uuid and s.ended_at is null
		and s.idle_expires > now() and s.expires > now()
		-- Unknown, but newer than the row: the database was restored.
		and (s.current_jti = $2::uuid or s.previous_jti = $2::uuid
			or not $6::boolean
			or $7::bigint <= extract(epoch from s.rotated_at))
		and u.id = s.user_id and case $11 when 'username' then u.username_canonical
			when 'email' then u.email_canonical else u.subject end = $8
		and u.epoch = s.epoch
		and u.banned_at is null
		and (u.verified_at is not null or not $9::boolean)
	returning s.id, s.user_id, s.epoch, s.current_jti, s.rotated_at,
		s.idle_expires, s.ended_by, u.subject, u.username, u.email,
		u.first_name, u.last_name, u.is_staff
), told as (
	insert into postern.hooks (event, subject, session, address)
	select 'reuse', subject, id, $10 from moved
	where ended_by = 'reuse' and $13::boolean
), audited as (
	insert into postern.audit (what, user_id, session, address, outcome)
	select 'refresh', user_id, id, $10, 'reuse' from moved
	where ended_by = 'reuse'
)
select
	ended_by is not null as is_reuse,
	replace(current_jti::text, '-', '') as jti,
	epoch,
	floor(extract(epoch from rotated_at))::bigint as iat,
	extract(epoch from idle_expires)::bigint as exp,
	subject, username, email, first_name, last_name, is_staff,
	case when $12::boolean then postern.groups_of(user_id) end as groups
from moved
