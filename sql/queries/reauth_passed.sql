-- The current password was right: the account's failures count no more. With
-- two-step login a password alone does not end them: only this attempt is none.
-- $1 failure counter, $2 time of the attempt to take back (microseconds), or
-- null
with cleared as (
	delete from postern.throttle where key = $1::bytea and $2::bigint is null
)
select postern.take_back_failure($1::bytea, $2::bigint)
where $2::bigint is not null
