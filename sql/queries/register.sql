-- Makes an account and orders the letter that activates it, or makes one that
-- needs no activation.
-- $1 username, $2 canonical username, $3 address, $4 canonical address,
-- $5 first name, $6 last name, $7 password hash, $8 peer's prefix,
-- $9 limits on?, $10 seconds between two letters, $11 letters an hour,
-- $12 is somebody told?, $13 is it to be activated?
with made as (
	insert into postern.users (username, username_canonical, email,
		email_canonical, first_name, last_name, password, verified_at)
	values ($1, $2, $3, $4, $5, $6, $7,
		case when not $13::boolean then now() end)
	returning id, subject, epoch
), letter as (
	insert into postern.outbox (purpose, user_id, epoch)
	select 'activation', id, epoch from made
	where $13::boolean and case when $9::boolean then postern.may_write(
		'activation', $4, $10::integer, $11::integer) else true end
), told as (
	insert into postern.hooks (event, subject, address)
	select 'register', subject, $8 from made where $12::boolean
), audited as (
	insert into postern.audit (what, user_id, address)
	select 'register', id, $8 from made
)
select subject from made
