-- Counts a check of the current password as failed before it is looked at, and
-- finds the account. The counters are those of logins.
-- $1 what $2 is of the user: subject, username, email, $2 what identifies the
-- user, $3 peer's prefix, $4 limits on?, $5 a minute from a peer, $6 failures,
-- $7 first wait, $8 longest wait (seconds)
with account as (
	select u.id, u.subject, u.password, u.epoch, u.username, u.email,
		u.first_name, u.last_name, u.is_staff, u.totp_enabled_at,
		u.totp_secret,
		postern.login_counter(u.id, u.username_canonical, $3) as counter
	from postern.users u
	where u.id = postern.user_by($1, $2)
), peer as materialized (
	select case when $4::boolean then postern.take_token(
		postern.throttle_key('login', $3),
		$5::double precision, $5::double precision / 60) else 0 end as wait
	from account
), attempt as materialized (
	select case when peer.wait = 0 and $4::boolean
		then postern.count_failure(account.counter,
			$6::integer, $7::integer, $8::integer)
		else peer.wait end as wait
	from peer, account
)
select
	attempt.wait, account.counter,
	account.id, account.subject, account.password, account.epoch,
	account.username, account.email, account.first_name, account.last_name,
	account.is_staff, null as groups,
	case when account.totp_enabled_at is not null
		then encode(account.totp_secret, 'hex') end as totp_secret,
	(extract(epoch from now()) * 1000000)::bigint as attempt
from attempt, account
