-- Lifts the ban of an account.
-- $1 canonical username, $2 subject (one of them null)
-- changed; no row when there is no such account
with found as (
	select id
	from postern.users
	where username_canonical = $1::text or subject = $2::text
),
changed as (
	update postern.users u
	set banned_at = null
	from found
	where u.id = found.id
		and u.banned_at is not null
	returning u.id
),
noted as (
	insert into postern.audit (what, user_id)
	select 'user_unbanned', id
	from changed
)
select exists (select from changed) as changed
from found
