-- Puts an account into a group.
-- $1 canonical username, $2 subject (one of them null), $3 group
-- changed; no row when there is no such account
with found as (
	select id
	from postern.users
	where username_canonical = $1::text or subject = $2::text
),
changed as (
	insert into postern.groups (user_id, name)
	select id, $3
	from found
	on conflict do nothing
	returning user_id
),
noted as (
	insert into postern.audit (what, user_id)
	select 'group_added', user_id
	from changed
)
select exists (select from changed) as changed
from found
