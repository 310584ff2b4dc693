-- The oldest 1000 hooks that wait or failed; with $1 all, the newest first.
-- columns: id, event, user_id, attempts, state, created_at, due_at (null when
-- it ended), problem
select h.id, h.event, h.subject as user_id, h.attempts,
	case when h.ended_as is not null then h.ended_as
		when h.attempts > 0 and h.problem is null then 'in hand'
		else 'waiting' end as state,
	to_char(h.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		as created_at,
	case when h.ended_at is null then
		to_char(h.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		end as due_at,
	h.problem
from postern.hooks h
where $1::boolean or h.ended_at is null or h.ended_as = 'failed'
order by case when $1::boolean then -h.id else h.id end
limit 1000;
