-- Orders the letter that confirms a new address, whoever has that: the worker
-- finds out. Nothing changes yet. Beyond the limits nothing is ordered, and the
-- client not told.
-- $1 user's id, $2 epoch as it was read, $3 new address, $4 the same as it is
-- compared, $5 peer's prefix, $6 limits on?, $7 a minute from a peer,
-- $8 seconds between two letters, $9 letters an hour
-- outcome
with peer as materialized (
	select case when $6::boolean then postern.take_token(
		postern.throttle_key('letters asked', $5),
		$7::double precision, $7::double precision / 60) = 0
		else true end as passed
), ordered as materialized (
	select case when passed and $6::boolean
		then postern.may_write('email', $4, $8::integer, $9::integer)
		else passed end as passed
	from peer
), letter as (
	insert into postern.outbox (purpose, user_id, epoch, target)
	select 'email_change', u.id, u.epoch, $3
	from ordered
	join postern.users u on u.id = $1::bigint and u.epoch = $2::integer
	where passed
)
insert into postern.audit (what, user_id, address, outcome)
select 'email_change', $1::bigint, $5,
	case when passed then 'asked' else 'throttled' end
from ordered
returning outcome
