-- Groups and who is in them.
-- $1 canonical username, $2 subject (both null: all), $3 group (null: all),
-- $4 at most so many
-- group, id, username
select
	g.name as group,
	u.subject as id,
	u.username
from postern.groups g
	join postern.users u on u.id = g.user_id
where (($1::text is null and $2::text is null)
		or u.username_canonical = $1::text
		or u.subject = $2::text)
	and ($3::text is null or g.name = $3::text)
order by g.name, u.username_canonical
limit $4::bigint
