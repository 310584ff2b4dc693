-- Deletes an account with all that hangs on it, in this order; the audit log
-- stays.
-- $1 canonical username, $2 subject (one of them null)
-- id; no row when there is no such account
with deleted as (
	delete from postern.users
	where username_canonical = $1::text or subject = $2::text
	returning id, subject
),
noted as (
	insert into postern.audit (what, user_id)
	select 'user_deleted', id
	from deleted
)
select subject as id
from deleted
