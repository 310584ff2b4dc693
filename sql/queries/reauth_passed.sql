-- The current password was right: the account's failures count no more.
-- $1 failure counter
delete from postern.throttle where key = $1::bytea
