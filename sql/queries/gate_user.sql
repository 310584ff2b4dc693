-- Who passes the gate.
-- $1 what $2 is of the user: subject, username, email, $2 what identifies the
-- user
select
	u.subject,
	u.username,
	(
		select string_agg(g.name, E'\n' order by g.name)
		from postern.groups g
		where g.user_id = u.id
	) as groups
from postern.users u
where u.id = postern.user_by($1, $2)
