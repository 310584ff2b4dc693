-- Puts a letter back that failed or waits for another attempt; $1 id, or null
-- for all that failed. A letter in a worker's hand stays there.
-- columns: id
with back as (
	update postern.outbox o
	set ended_at = null,
		ended_as = null,
		attempts = 0,
		due_at = now(),
		problem = null
	where ($1::bigint is null and o.ended_as = 'failed')
		or (o.id = $1::bigint and (o.ended_as = 'failed'
			or (o.ended_at is null and o.problem is not null)))
	returning o.id
)
select back.id, pg_notify('postern_outbox', '') as announced
from back;
