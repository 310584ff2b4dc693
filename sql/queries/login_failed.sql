-- Notes in the audit log how a login ended that opened no session. One that only
-- lacks a code is no failure: it is taken back.
-- $1 user's id (null: no such account), $2 canonical name, $3 peer's prefix,
-- $4 subject or null, $5 is somebody told?, $6 outcome, $7 failure counter and
-- $8 time of an attempt to take back (microseconds), or null
with nobody as materialized (
	-- made in every case: a known name takes no less time
	select postern.name_hash($2) as hash
), told as (
	insert into postern.hooks (event, subject, address)
	select 'login_failed', $4, $3 where $5::boolean
), audited as (
	insert into postern.audit (what, user_id, name_hash, address, outcome)
	select 'login', $1::bigint,
		case when $1::bigint is null then hash end, $3, $6
	from nobody
)
select postern.take_back_failure($7::bytea, $8::bigint)
where $8::bigint is not null
