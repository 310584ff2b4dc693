-- Sets a password, ends all sessions and tickets, and tells the owner of the
-- address, if it is known to be the account's.
-- $1 canonical username, $2 subject (one of them null), $3 password hash
-- id; no row when there is no such account
with changed as (
	update postern.users
	set password = $3,
		epoch = epoch + 1
	where username_canonical = $1::text or subject = $2::text
	returning id, subject, verified_at
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
