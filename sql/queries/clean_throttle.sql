-- Removes counters that were idle that long and bind nobody. In the order
-- of the key, and past what is locked: it does not deadlock with logins.
-- $1 at most so many, $2 seconds
-- removed
with old as materialized (
	select key
	from postern.throttle
	where at < now() - make_interval(secs => $2::double precision)
		and until < now()
	order by key
	limit $1::bigint
	for update skip locked
),
removed as (
	delete from postern.throttle
	where key in (select key from old)
	returning key
)
select count(*) as removed
from removed
