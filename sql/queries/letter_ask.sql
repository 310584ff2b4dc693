-- Orders a letter to an address, whether or not an account has it: the worker
-- finds out. Beyond the limits nothing is ordered, and the client not told.
-- $1 purpose (reset, resend, username), $2 canonical address, $3 peer's prefix,
-- $4 limits on?, $5 a minute from a peer, $6 seconds between two letters,
-- $7 letters an hour
with peer as materialized (
	select case when $4::boolean then postern.take_token(
		postern.throttle_key('letters asked', $3),
		$5::double precision, $5::double precision / 60) = 0
		else true end as passed
), ordered as materialized (
	select case when passed and $4::boolean
		then postern.may_write(
			case $1 when 'resend' then 'activation' else $1 end,
			$2, $6::integer, $7::integer)
		else passed end as passed
	from peer
), letter as (
	insert into postern.outbox (purpose, email_canonical)
	select $1, $2 from ordered where passed
), nobody as materialized (
	-- made in every case: a known address takes no less time
	select postern.name_hash($2) as hash
), account as (
	select max(id) as id from postern.users
	where email_canonical = $2 and (verified_at is not null) = ($1 <> 'resend')
)
insert into postern.audit (what, user_id, name_hash, address, outcome)
select $1, account.id, case when account.id is null then nobody.hash end, $3,
	case when ordered.passed then 'asked' else 'throttled' end
from ordered, account, nobody
returning outcome
