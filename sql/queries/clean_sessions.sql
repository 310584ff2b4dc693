-- Removes sessions that were at their longest age that long ago: no token of
-- theirs is good any more.
-- $1 at most so many, $2 seconds
-- removed
with old as materialized (
	select id
	from postern.sessions
	where expires < now() - make_interval(secs => $2::double precision)
	order by expires
	limit $1::bigint
	for update skip locked
),
removed as (
	delete from postern.sessions
	where id in (select id from old)
	returning id
)
select count(*) as removed
from removed
