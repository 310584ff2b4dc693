-- Ends all sessions and tickets of an account.
-- $1 canonical username, $2 subject (one of them null)
-- ended: how many sessions were alive; no row when there is no such account
with raised as (
	update postern.users
	set epoch = epoch + 1
	where username_canonical = $1::text or subject = $2::text
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
select (select count(*) filter (where was_alive) from ended) as ended
from raised
