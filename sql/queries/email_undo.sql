-- Spends the ticket that leads back to an old address, once: the account has it
-- again, every session and ticket ends, and so do the ways back to whatever came
-- after it, those in letters that wait included. The password is replaced by one
-- that nobody knows, and a letter to the address lets its owner choose another. A
-- two-step login that was enabled since, or not long before, ends as well: it may
-- be the thief's.
-- $1 hash of the ticket, $2 subject, $3 hash of a random password, $4 peer's
-- prefix, $5 is somebody told?
with holder as materialized (
	select id, username_canonical
	from postern.users
	where subject = $2 and banned_at is null
	for no key update
), spent as (
	update postern.tickets t set used_at = now()
	from holder
	where t.hash = $1::bytea and t.purpose = 'email_undo'
		and t.used_at is null and t.expires > now()
		and t.user_id = holder.id
	returning t.hash, t.user_id, t.epoch, t.target, t.email_canonical,
		t.created_at - (t.expires - t.created_at) as doubtful_from
), undone as (
	update postern.users u set
		email = spent.target,
		email_canonical = spent.email_canonical,
		verified_at = coalesce(u.verified_at, now()),
		password = $3,
		totp_secret = case when u.totp_begun_at < spent.doubtful_from
			then u.totp_secret end,
		totp_enabled_at = case when u.totp_begun_at < spent.doubtful_from
			then u.totp_enabled_at end,
		epoch = u.epoch + 1
	from spent
	where u.id = spent.user_id
	returning u.id, u.email_canonical, u.totp_secret
), codes as (
	delete from postern.recovery_codes
	where user_id in (select id from undone where totp_secret is null)
), letter as (
	insert into postern.outbox (purpose, email_canonical)
	select 'reset', email_canonical from undone
), eased as (
	delete from postern.throttle where key in (
		select postern.throttle_key('account', holder.username_canonical)
		from undone, holder
		where undone.totp_secret is null
		union all
		-- Should it be lost, the next one may be asked for at once.
		select postern.throttle_key('letter reset', email_canonical)
		from undone)
), told as (
	insert into postern.hooks (event, subject, address)
	select 'password_changed', $2, $4 from undone where $5::boolean
), audited as (
	insert into postern.audit (what, user_id, address)
	select 'email_undone', id, $4 from undone
)
select undone.id,
	postern.close_ways_back(undone.id, spent.epoch, spent.hash) as closed
from undone, spent
