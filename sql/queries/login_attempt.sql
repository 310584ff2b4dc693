-- Counts a login as failed before its password is looked at, and finds the
-- account. A peer from whose prefix this account has logged in during 30 days
-- has a counter of its own, so that strangers cannot make it wait.
-- $1 canonical name, $2 peer's prefix, $3 limits on?, $4 a minute from a peer,
-- $5 failures, $6 first wait, $7 longest wait (seconds)
with account as (
	select u.id, u.subject, u.password, u.epoch, u.banned_at, u.verified_at,
		exists (
		select from postern.audit a
		where a.what = 'login' and a.outcome = 'ok'
			and a.user_id = u.id and a.address = $2
			and a.at > now() - interval '30 days'
		) as is_known_here
	from postern.users u
	where u.username_canonical = $1
), peer as materialized (
	select case when $3::boolean then postern.take_token(
		postern.throttle_key('login', $2),
		$4::double precision, $4::double precision / 60) else 0 end as wait
), counter as materialized (
	select case when (select is_known_here from account)
		then postern.throttle_key('account here', $1 || ' ' || $2)
		else postern.throttle_key('account', $1) end as key
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
	account.banned_at is not null as is_banned,
	account.verified_at is not null as is_verified
from attempt left join account on attempt.wait = 0
