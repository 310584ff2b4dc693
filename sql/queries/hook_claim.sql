-- Claims the hook that is due for longest, for five minutes. Hooks do not wait
-- for each other.
-- columns: id, message_id, event, attempts, subject, session (32 hex digits),
-- address, created_at
with due as materialized (
	select id
	from postern.hooks
	where ended_at is null
		and due_at <= now()
	order by due_at
	limit 1
	for update skip locked
)
update postern.hooks h
set due_at = now() + interval '5 minutes',
	attempts = h.attempts + 1,
	problem = null
from due
where h.id = due.id
returning h.id, h.message_id, h.event, h.attempts, h.subject,
	replace(h.session::text, '-', '') as session, h.address,
	to_char(h.created_at at time zone 'UTC',
		'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at;
