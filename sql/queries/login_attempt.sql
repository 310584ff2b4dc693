-- Counts a login as failed before its password is looked at, and finds the
-- account. A peer from whose prefix this account has logged in during 30 days
-- has a counter of its own, so that strangers cannot make it wait.
-- $1 canonical name (null: none), $2 peer's prefix, $3 limits on?, $4 a minute
-- from a peer, $5 failures, $6 first wait, $7 longest wait (seconds),
-- $8 canonical address (null: none), $9 groups as well?
-- Of those who fit, the owner of a verified address comes first: a name may look
-- like somebody's address.
with account as (
	select u.id, u.subject, u.password, u.epoch, u.username,
		u.username_canonical, u.email, u.first_name, u.last_name,
		u.is_staff, u.banned_at, u.verified_at, u.totp_enabled_at,
		u.totp_secret, exists (
		select from postern.audit a
		where a.what = 'login' and a.outcome = 'ok'
			and a.user_id = u.id and a.address = $2
			and a.at > now() - interval '30 days'
		) as is_known_here
	from postern.users u
	where u.id = coalesce((
		select id from postern.users
		where email_canonical = $8 and verified_at is not null
	), (
		select id from postern.users where username_canonical = $1
	), (
		select id from postern.users
		where email_canonical = $8 and verified_at is null
		order by created_at desc
		limit 1
	))
), peer as materialized (
	select case when $3::boolean then postern.take_token(
		postern.throttle_key('login', $2),
		$4::double precision, $4::double precision / 60) else 0 end as wait
), counter as materialized (
	-- an account has one counter, whatever it is called by
	select case when account.is_known_here
		then postern.throttle_key('account here', name || ' ' || $2)
		else postern.throttle_key('account', name) end as key
	from (values (coalesce((select username_canonical from account), $1, $8)))
		as typed (name)
	left join account on true
), attempt as materialized (
	select counter.key, case when peer.wait = 0 and $3::boolean
		then postern.count_failure(counter.key,
			$5::integer, $6::integer, $7::integer)
		else peer.wait end as wait
	from peer, counter
)
select
	attempt.wait, attempt.key as counter,
	account.id, account.subject, account.password, account.epoch,
	account.username, account.email, account.first_name, account.last_name,
	account.is_staff,
	case when $9::boolean then postern.groups_of(account.id) end as groups,
	account.banned_at is not null as is_banned,
	account.verified_at is not null as is_verified,
	case when account.totp_enabled_at is not null
		then encode(account.totp_secret, 'hex') end as totp_secret,
	(extract(epoch from now()) * 1000000)::bigint as attempt
from attempt left join account on attempt.wait = 0
