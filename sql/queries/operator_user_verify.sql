-- Verifies an account's address.
-- $1 canonical username, $2 subject (one of them null)
-- changed; no row when there is no such account
with found as (
	select id
	from postern.users
	where username_canonical = $1::text or subject = $2::text
),
changed as (
	update postern.users u
	set verified_at = now()
	from found
	where u.id = found.id
		and u.verified_at is null
	returning u.id
),
noted as (
	insert into postern.audit (what, user_id)
	select 'user_verified', id
	from changed
)
select exists (select from changed) as changed
from found
