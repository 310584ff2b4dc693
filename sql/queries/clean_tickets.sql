-- Removes tickets that expired that long ago.
-- $1 at most so many, $2 seconds
-- removed
with old as materialized (
	select hash
	from postern.tickets
	where expires < now() - make_interval(secs => $2::double precision)
	order by expires
	limit $1::bigint
	for update skip locked
),
removed as (
	delete from postern.tickets
	where hash in (select hash from old)
	returning hash
)
select count(*) as removed
from removed
