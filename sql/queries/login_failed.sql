-- Notes a failed login in the audit log.
-- $1 user's id (null: no such account), $2 canonical name, $3 peer's prefix
with nobody as materialized (
	-- made in every case: a known name takes no less time
	select postern.name_hash($2) as hash
)
insert into postern.audit (what, user_id, name_hash, address, outcome)
select 'login', $1::bigint, case when $1::bigint is null then hash end, $3,
	'login_refused'
from nobody
