-- Sets a new username after the current password was checked. No row: the
-- account has changed since it was read.
-- $1 user's id, $2 epoch as it was read, $3 username, $4 canonical username,
-- $5 peer's prefix
with changed as (
	update postern.users set username = $3, username_canonical = $4
	where id = $1::bigint and epoch = $2::integer and banned_at is null
	returning id
), audited as (
	insert into postern.audit (what, user_id, address)
	select 'username_changed', id, $5 from changed
)
select id from changed
