-- Deletes the own account with all that hangs on it; the audit log stays. No
-- row: it has changed since the password was checked.
-- $1 user's id, $2 epoch as it was read, $3 peer's prefix
with deleted as (
	delete from postern.users
	where id = $1::bigint and epoch = $2::integer and banned_at is null
	returning id
), audited as (
	insert into postern.audit (what, user_id, address)
	select 'user_deleted', id, $3 from deleted
)
select id from deleted
