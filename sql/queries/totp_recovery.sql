-- New recovery codes in place of the old ones.
-- $1 user's id, $2 epoch as it was read, $3 hashes of the codes, $4 peer's prefix
with owner as (
	select id from postern.users
	where id = $1::bigint and epoch = $2::integer and banned_at is null
		and totp_enabled_at is not null
), audited as (
	insert into postern.audit (what, user_id, address)
	select 'recovery_codes_renewed', id, $4 from owner
)
select postern.renew_recovery_codes(id, $3) from owner
