-- Deletes an account with all that hangs on it, for itself or for staff, after
-- the password of who asks was checked; the audit log stays. No row: one of the
-- two has changed since, or is gone.
-- $1 id of who asks, $2 epoch as it was read, $3 id of the account, $4 peer's
-- prefix
with deleted as (
	delete from postern.users u
	using postern.users asker
	where asker.id = $1::bigint and asker.epoch = $2::integer
		and asker.banned_at is null
		and u.id = $3::bigint and (u.id = asker.id or asker.is_staff)
	returning u.id
), audited as (
	insert into postern.audit (what, user_id, actor_id, address)
	select 'user_deleted', id, nullif($1::bigint, id), $4 from deleted
)
select id from deleted
