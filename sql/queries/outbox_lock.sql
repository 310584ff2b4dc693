-- Whether this connection is the one that delivers now; it stays so until it is
-- unlocked or ends. Any number that nobody else locks.
select pg_try_advisory_lock(7056842918) as is_locked
