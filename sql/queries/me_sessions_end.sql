-- Logs the bearer out everywhere: the end of all sessions and tickets.
-- $1 what $2 is of the user: subject, username, email, $2 what identifies the
-- user, $3 peer's prefix
with raised as (
	update postern.users set epoch = epoch + 1
	where id = postern.user_by($1, $2)
	returning id
), ended as (
	update postern.sessions s set ended_at = now(), ended_by = 'user'
	from raised
	where s.user_id = raised.id and s.ended_at is null
), audited as (
	insert into postern.audit (what, user_id, address)
	select 'sessions_ended', id, $3 from raised
)
select id from raised
