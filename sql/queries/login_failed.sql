-- Notes a failed login in the audit log.
-- $1 user's id (null: no such account), $2 canonical name, $3 peer's prefix,
-- $4 subject or null, $5 is somebody told?
with nobody as materialized (
	-- made in every case: a known name takes no less time
	select postern.name_hash($2) as hash
), told as (
	insert into postern.hooks (event, subject, address)
	select 'login_failed', $4, $3 where $5::boolean
)
insert into postern.audit (what, user_id, name_hash, address, outcome)
select 'login', $1::bigint, case when $1::bigint is null then hash end, $3,
	'login_refused'
from nobody
