-- Removes accounts that were not activated for that long and never used; an
-- imported one counts from its import on. A ban
-- keeps the name: the account stays. Locks accounts before what hangs on them.
-- $1 at most so many, $2 seconds
-- removed
with old as materialized (
	select u.id
	from postern.users u
	where u.verified_at is null
		and u.banned_at is null
		and u.last_login is null
		and u.created_at < now() - make_interval(secs => $2::double precision)
		and coalesce(u.imported_at, u.created_at)
			< now() - make_interval(secs => $2::double precision)
		and not exists (
			select
			from postern.sessions s
			where s.user_id = u.id)
	order by u.id
	limit $1::bigint
	for update of u skip locked
),
removed as (
	delete from postern.users
	where id in (select id from old)
	returning id
),
noted as (
	insert into postern.audit (what, user_id)
	select 'user_expired', id
	from removed
)
select count(*) as removed
from removed
