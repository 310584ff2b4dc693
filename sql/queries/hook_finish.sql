-- Says how an attempt ended; nothing when another worker has taken over.
-- $1 id, $2 attempts as claimed, $3 sent, dropped or failed (null: it waits),
-- $4 problem, $5 seconds until the next attempt
update postern.hooks
set ended_as = $3::text,
	ended_at = case when $3::text is not null then now() end,
	due_at = now() + $5::integer * interval '1 second',
	problem = $4
where id = $1::bigint
	and attempts = $2::integer
	and ended_at is null;
