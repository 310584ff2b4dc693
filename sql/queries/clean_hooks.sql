-- Removes hooks that ended that long ago.
-- $1 at most so many, $2 seconds
-- removed
with old as materialized (
	select id
	from postern.hooks
	where ended_at < now() - make_interval(secs => $2::double precision)
	order by ended_at
	limit $1::bigint
	for update skip locked
),
removed as (
	delete from postern.hooks
	where id in (select id from old)
	returning id
)
select count(*) as removed
from removed
