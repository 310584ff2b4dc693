-- Takes an account out of a group.
-- $1 canonical username, $2 subject (one of them null), $3 group
-- changed; no row when there is no such account
with found as (
	select id
	from postern.users
	where username_canonical = $1::text or subject = $2::text
),
changed as (
	delete from postern.groups g
	using found
	where g.user_id = found.id
		and g.name = $3
	returning g.user_id
),
noted as (
	insert into postern.audit (what, user_id)
	select 'group_removed', user_id
	from changed
)
select exists (select from changed) as changed
from found
