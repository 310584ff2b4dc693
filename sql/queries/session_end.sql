-- Ends the session of a refresh token.
-- $1 sid, $2 what identifies the user, $3 peer's prefix, $4 what $2 is of the
-- user: subject, username, email
with ended as (
	update postern.sessions s set ended_at = now(), ended_by = 'blacklist'
	from postern.users u
	where s.id = $1::uuid and s.ended_at is null
		and u.id = s.user_id and u.epoch = s.epoch
		and case $4 when 'username' then u.username_canonical
			when 'email' then u.email_canonical else u.subject end = $2
	returning s.id, s.user_id
), audited as (
	insert into postern.audit (what, user_id, session, address)
	select 'logout', user_id, id, $3 from ended
)
select id from ended
