-- The oldest 1000 letters that wait or failed; with $1 all, the newest first.
-- columns: id, purpose, recipient, attempts, state, created_at, due_at
-- (null when it ended), problem
select o.id, o.purpose,
	coalesce(o.target, o.email_canonical, u.email) as recipient,
	o.attempts,
	case when o.ended_as is not null then o.ended_as
		when o.attempts > 0 and o.problem is null then 'in hand'
		else 'waiting' end as state,
	to_char(o.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		as created_at,
	case when o.ended_at is null then
		to_char(o.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		end as due_at,
	o.problem
from postern.outbox o
left join postern.users u on u.id = o.user_id
where $1::boolean or o.ended_at is null or o.ended_as = 'failed'
order by case when $1::boolean then -o.id else o.id end
limit 1000;
