-- Ends one live session of the bearer; no row when it is none.
-- $1 what $2 is of the user: subject, username, email, $2 what identifies the
-- user, $3 sid, $4 peer's prefix
with ended as (
	update postern.sessions s set ended_at = now(), ended_by = 'user'
	from postern.users u
	where s.id = $3::uuid and s.ended_at is null
		and s.idle_expires > now() and s.expires > now()
		and u.id = s.user_id and u.epoch = s.epoch
		and u.id = postern.user_by($1, $2)
	returning s.id, s.user_id
), audited as (
	insert into postern.audit (what, user_id, session, address)
	select 'session_ended', user_id, id, $4 from ended
)
select id from ended
