-- Removes invitations that expired that long ago.
-- $1 at most so many, $2 seconds
-- removed
with old as materialized (
	select id
	from postern.invitations
	where expires < now() - make_interval(secs => $2::double precision)
	order by expires
	limit $1::bigint
	for update skip locked
),
removed as (
	delete from postern.invitations
	where id in (select id from old)
	returning id
)
select count(*) as removed
from removed
