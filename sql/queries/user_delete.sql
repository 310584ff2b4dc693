-- Deletes an account with all that hangs on it, for itself or for staff, after
-- the password of who asks was checked; the audit log stays. No row: one of the
-- two has changed since, or is gone.
-- $1 id of who asks, $2 epoch as it was read, $3 id of the account, $4 peer's
-- prefix
with asker as materialized (
	select id, is_staff
	from postern.users
	where id = $1::bigint and epoch = $2::integer and banned_at is null
	for no key update
), deleted as (
	delete from postern.users u
	using asker
	where u.id = $3::bigint and (u.id = asker.id or asker.is_staff)
	returning u.id
), audited as (
	insert into postern.audit (what, user_id, actor_id, address)
	select 'user_deleted', id, nullif($1::bigint, id), $4 from deleted
)
select id from deleted
