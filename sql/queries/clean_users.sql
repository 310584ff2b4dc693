-- Removes accounts that were not activated for that long. A ban keeps the
-- name: the account stays.
-- $1 at most so many, $2 seconds
-- removed
with old as materialized (
	select id
	from postern.users
	where verified_at is null
		and banned_at is null
		and created_at < now() - make_interval(secs => $2::double precision)
	order by id
	limit $1::bigint
	for update skip locked
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
