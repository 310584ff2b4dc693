-- Sets a password, ends all sessions and tickets and the account's wait, and
-- tells the owner of the address, if it is known to be the account's.
-- $1 canonical username, $2 subject (one of them null), $3 password hash,
-- $4 are other programs told?
-- id; no row when there is no such account
with changed as (
	update postern.users
	set password = $3,
		epoch = epoch + 1
	where username_canonical = $1::text or subject = $2::text
	returning id, subject, username_canonical, verified_at
),
eased as (
	delete from postern.throttle
	where key in (
		select postern.throttle_key('account', username_canonical)
		from changed
		union all
		select postern.throttle_key('account here',
			c.username_canonical || ' ' || s.address)
		from changed c
			join postern.sessions s on s.user_id = c.id
	)
),
hooked as (
	insert into postern.hooks (event, subject)
	select 'password_changed', subject
	from changed
	where $4::boolean
),
noted as (
	insert into postern.audit (what, user_id)
	select 'user_password', id
	from changed
),
told as (
	insert into postern.outbox (purpose, user_id)
	select 'password_changed', id
	from changed
	where verified_at is not null
)
select subject as id
from changed
