-- Changes the names of a person in the own account.
-- $1 what $2 is of the user: subject, username, email, $2 what identifies the
-- user, $3 first name, $4 last name (null: it stays), $5 peer's prefix
with changed as (
	update postern.users set
		first_name = coalesce($3, first_name),
		last_name = coalesce($4, last_name)
	where id = postern.user_by($1, $2) and banned_at is null
	returning id, subject, username, email, first_name, last_name, is_staff
), audited as (
	insert into postern.audit (what, user_id, address)
	select 'profile_changed', id, $5 from changed
)
select subject, username, email, first_name, last_name, null as groups, is_staff
from changed
