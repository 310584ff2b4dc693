-- Ends all sessions and tickets of every account that has a session.
-- ended: how many sessions were alive
with raised as (
	update postern.users
	set epoch = epoch + 1
	where id in (
		select user_id
		from postern.sessions
		where ended_at is null
			and expires > now()
	)
	returning id, epoch
),
ended as (
	update postern.sessions s
	set ended_at = now(),
		ended_by = 'operator'
	from raised
	where s.user_id = raised.id
		and s.ended_at is null
	returning s.epoch = raised.epoch - 1
		and s.idle_expires > now()
		and s.expires > now() as was_alive
),
noted as (
	insert into postern.audit (what, user_id)
	select 'sessions_ended', id
	from raised
)
select count(*) filter (where was_alive) as ended
from ended
