-- Takes a code of two-step login, once: that of a time step later than the
-- last, or a recovery code.
-- $1 user's id, $2 sealed secret, $3 time step or null, $4 hash of a recovery
-- code or null, $5 peer's prefix
with stepped as (
	update postern.users set totp_step = $3::bigint
	where id = $1::bigint and totp_enabled_at is not null
		and totp_secret = decode($2, 'hex') and totp_step < $3::bigint
	returning id
), used as (
	delete from postern.recovery_codes
	where user_id = $1::bigint and hash = $4::bytea
	returning user_id
), audited as (
	insert into postern.audit (what, user_id, address)
	select 'recovery_code_used', user_id, $5 from used
)
select id from stepped
union all
select user_id from used
