-- Sets a new password after the current one was checked: the end of every
-- session, but perhaps one, and of every ticket, and of the account's wait, and a
-- notice to its address. No row: the account has changed since it was read, by
-- another change of password, say.
-- $1 user's id, $2 epoch as it was read, $3 password hash, $4 peer's prefix,
-- $5 sid of the session that stays (null: none), $6 is somebody told?
with changed as (
	update postern.users set password = $3, epoch = epoch + 1,
		-- a two-step login that was begun only may be a stranger's
		totp_secret = case when totp_enabled_at is not null
			then totp_secret end
	where id = $1::bigint and epoch = $2::integer and banned_at is null
	returning id, subject, epoch, username_canonical, email_canonical,
		verified_at, totp_enabled_at
), kept as (
	update postern.sessions s set epoch = changed.epoch
	from changed
	where s.id = $5::uuid and s.user_id = changed.id
		and s.epoch = $2::integer and s.ended_at is null
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
		select postern.throttle_key('letter reset', email_canonical)
		from changed)
), notice as (
	insert into postern.outbox (purpose, user_id)
	select 'password_changed', id from changed
	where verified_at is not null
), told as (
	insert into postern.hooks (event, subject, address)
	select 'password_changed', subject, $4 from changed where $6::boolean
), audited as (
	insert into postern.audit (what, user_id, address)
	select 'password_changed', id, $4 from changed
)
select id from changed
