-- Spends a reset ticket, once: a new password, the end of every session and
-- ticket, the end of the account's wait, and a notice to its address.
-- $1 hash of the ticket, $2 subject, $3 password hash, $4 peer's prefix,
-- $5 is somebody told?
with holder as materialized (
	select id, epoch, email_canonical
	from postern.users
	where subject = $2 and banned_at is null
	for no key update
), spent as (
	update postern.tickets t set used_at = now()
	from holder
	where t.hash = $1::bytea and t.purpose = 'reset'
		and t.used_at is null and t.expires > now()
		and t.user_id = holder.id and t.epoch = holder.epoch
		and t.email_canonical = holder.email_canonical
	returning t.user_id
), changed as (
	update postern.users u set password = $3, epoch = u.epoch + 1,
		-- a two-step login that was begun only may be a stranger's
		totp_secret = case when u.totp_enabled_at is not null
			then u.totp_secret end
	from spent
	where u.id = spent.user_id
	returning u.id, u.username_canonical, u.email_canonical,
		u.totp_enabled_at
), eased as (
	delete from postern.throttle where key in (
		-- With two-step login a right code alone ends the wait: it counts
		-- wrong codes, too.
		select postern.throttle_key('account', username_canonical)
		from changed
		where totp_enabled_at is null
		union all
		select postern.throttle_key('account here',
			username_canonical || ' ' || $4)
		from changed
		where totp_enabled_at is null
		union all
		-- Whoever reads the letters may have the next one at once.
		select postern.throttle_key('letter reset', email_canonical)
		from changed)
), notice as (
	insert into postern.outbox (purpose, user_id)
	select 'password_changed', id from changed
), told as (
	insert into postern.hooks (event, subject, address)
	select 'password_changed', $2, $4 from changed where $5::boolean
), audited as (
	insert into postern.audit (what, user_id, address)
	select 'reset_done', id, $4 from changed
)
select id from changed
