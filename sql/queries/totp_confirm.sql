-- Enables two-step login by its first code, which is taken with that, and gives
-- the account its recovery codes.
-- $1 user's id, $2 epoch as it was read, $3 sealed secret, $4 time step of the
-- code, $5 hashes of the recovery codes, $6 peer's prefix, $7 failure counter
with enabled as (
	update postern.users
	set totp_enabled_at = now(), totp_step = $4::bigint
	where id = $1::bigint and epoch = $2::integer and banned_at is null
		and totp_enabled_at is null and totp_secret = decode($3, 'hex')
	returning id
), cleared as (
	delete from postern.throttle
	where key = $7::bytea and exists (select from enabled)
), audited as (
	insert into postern.audit (what, user_id, address)
	select 'totp_enabled', id, $6 from enabled
)
select postern.renew_recovery_codes(id, $5) from enabled
