-- Removes entries of the audit log that are that old. Only this statement may:
-- the permission ends with its transaction.
-- $1 at most so many, $2 seconds
-- removed
with permission as materialized (
	select set_config('postern.clean', 'on', true) as switch
),
old as materialized (
	select a.id
	from permission, postern.audit a
	where permission.switch = 'on'
		and a.at < now() - make_interval(secs => $2::double precision)
	order by a.at
	limit $1::bigint
),
removed as (
	delete from postern.audit
	where id in (select id from old)
	returning id
)
select count(*) as removed
from removed
