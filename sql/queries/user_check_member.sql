-- The user of an access token, found by another column, or asked for groups.
-- $1 what identifies the user, $2 must be activated?, $3 what $1 is of the user:
-- subject, username, email, $4 groups of which the user must be in one, a line
-- each ('': all may), $5 sid of the token (null: none), whose session must be
-- that user's: a name or an address can be somebody else's by now
select
	epoch,
	banned_at is null and (verified_at is not null or not $2::boolean)
		as is_active,
	case when $4 = '' then true else exists (
		select from postern.groups g
		where g.user_id = u.id and g.name = any(string_to_array($4, E'\n')))
		end as is_member
from postern.users u
where u.id = case $3
	when 'username' then (
		select id from postern.users where username_canonical = $1)
	when 'email' then coalesce((
		select id from postern.users
		where email_canonical = $1 and verified_at is not null
	), (
		select id from postern.users
		where email_canonical = $1 and verified_at is null
		order by created_at desc
		limit 1
	))
	else (select id from postern.users where subject = $1) end
	and ($5::uuid is null or exists (
		select from postern.sessions s
		where s.id = $5::uuid and s.user_id = u.id))
