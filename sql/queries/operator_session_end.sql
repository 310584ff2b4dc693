-- Ends one session.
-- $1 its id
-- changed; no row when there is no such session
with found as (
	select id
	from postern.sessions
	where id = $1::uuid
),
ended as (
	update postern.sessions s
	set ended_at = now(),
		ended_by = 'operator'
	from found
	where s.id = found.id
		and s.ended_at is null
	returning s.id, s.user_id
),
noted as (
	insert into postern.audit (what, user_id, session)
	select 'session_ended', user_id, id
	from ended
)
select exists (select from ended) as changed
from found
