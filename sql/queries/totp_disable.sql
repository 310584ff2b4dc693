-- Ends two-step login.
-- $1 user's id, $2 epoch as it was read, $3 peer's prefix
with disabled as (
	update postern.users
	set totp_secret = null, totp_begun_at = null, totp_enabled_at = null
	where id = $1::bigint and epoch = $2::integer and banned_at is null
		and totp_enabled_at is not null
	returning id
), removed as (
	delete from postern.recovery_codes
	where user_id in (select id from disabled)
), audited as (
	insert into postern.audit (what, user_id, address)
	select 'totp_disabled', id, $3 from disabled
)
select id from disabled
