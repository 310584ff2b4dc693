-- Opens the session of a login whose password was right, unless the account
-- has changed since it was read.
-- $1 user's id, $2 epoch as it was read, $3 sid, $4 jti, $5 lifetime,
-- $6 longest age where its token is rotated (seconds; else 0), $7 peer's prefix,
-- $8 agent, $9 failure counter, $10 note the login in the user's row?,
-- $11 old hash, $12 better hash or null, $13 sessions that the user may have
-- (0: any number), $14 is somebody told?, $15 a letter at a login from where the
-- account has not been during 30 days?
with opened as (
	insert into postern.sessions (id, user_id, epoch, current_jti, rotated_at,
		lifetime, idle_expires, expires, address, agent)
	select $3::uuid, u.id, u.epoch, $4::uuid, now(),
		life, second + life,
		second + greatest(life, make_interval(secs => $6::bigint)), $7, $8
	from postern.users u,
		date_trunc('second', now()) second,
		make_interval(secs => $5::bigint) life
	where u.id = $1::bigint and u.epoch = $2::integer
		and u.banned_at is null
	returning id, user_id, epoch, rotated_at, idle_expires, address
), told as (
	insert into postern.hooks (event, subject, session, address)
	select 'login', u.subject, opened.id, opened.address
	from opened
	join postern.users u on u.id = opened.user_id
	where $14::boolean
), noted as (
	update postern.users u set
		last_login = case when $10::boolean then now()
			else u.last_login end,
		password = case when u.password = $11 then coalesce($12, u.password)
			else u.password end
	from opened
	where u.id = opened.user_id and ($10::boolean or $12::text is not null)
), notice as (
	-- the audit log is read as it was: without this login
	insert into postern.outbox (purpose, user_id, session)
	select 'new_login', u.id, opened.id
	from opened
	join postern.users u on u.id = opened.user_id
	where $15::boolean and u.verified_at is not null
		and not exists (
			select from postern.audit a
			where a.what = 'login' and a.outcome = 'ok'
				and a.user_id = u.id and a.address = opened.address
				and a.at > now() - interval '30 days')
), cleared as (
	delete from postern.throttle
	where key = $9::bytea and exists (select from opened)
), audited as (
	insert into postern.audit (what, user_id, session, address)
	select 'login', user_id, id, address from opened
)
select
	epoch,
	floor(extract(epoch from rotated_at))::bigint as iat,
	extract(epoch from idle_expires)::bigint as exp,
	case when $13::integer > 0
		then postern.limit_sessions(user_id, id, $13::integer) end as ended
from opened
