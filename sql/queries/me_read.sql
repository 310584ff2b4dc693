-- The bearer's own account.
-- $1 what $2 is of the user: subject, username, email, $2 what identifies the
-- user
select subject, username, email, first_name, last_name, null as groups, is_staff
from postern.users
where id = postern.user_by($1, $2)
