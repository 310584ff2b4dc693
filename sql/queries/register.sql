-- Makes an account that is not activated, and orders its letter.
-- $1 username, $2 canonical username, $3 address, $4 canonical address,
-- $5 first name, $6 last name, $7 password hash, $8 peer's prefix,
-- $9 limits on?, $10 seconds between two letters, $11 letters an hour,
-- $12 is somebody told?
with made as (
	insert into postern.users (username, username_canonical, email,
		email_canonical, first_name, last_name, password)
	values ($1, $2, $3, $4, $5, $6, $7)
	returning id, subject, epoch
), letter as (
	insert into postern.outbox (purpose, user_id, epoch)
	select 'activation', id, epoch from made
	where case when $9::boolean then postern.may_write(
		'activation', $4, $10::integer, $11::integer) else true end
), told as (
	insert into postern.hooks (event, subject, address)
	select 'register', subject, $8 from made where $12::boolean
), audited as (
	insert into postern.audit (what, user_id, address)
	select 'register', id, $8 from made
)
select subject from made
