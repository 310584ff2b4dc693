-- Puts a hook back that failed or waits for another attempt; $1 id, or null
-- for all that failed. A hook in a worker's hand stays there.
-- columns: id
with back as (
	update postern.hooks h
	set ended_at = null,
		ended_as = null,
		attempts = 0,
		due_at = now(),
		problem = null
	where ($1::bigint is null and h.ended_as = 'failed')
		or (h.id = $1::bigint and (h.ended_as = 'failed'
			or (h.ended_at is null and h.problem is not null)))
	returning h.id
)
select back.id, pg_notify('postern_hooks', '') as announced
from back;
