-- Begins an enrolment, anew where one has begun. One that is confirmed stays.
-- $1 user's id, $2 epoch as it was read, $3 sealed secret, $4 peer's prefix
with begun as (
	update postern.users
	set totp_secret = decode($3, 'hex'), totp_begun_at = now(), totp_step = 0
	where id = $1::bigint and epoch = $2::integer and banned_at is null
		and totp_enabled_at is null
	returning id
), audited as (
	insert into postern.audit (what, user_id, address)
	select 'totp_begun', id, $4 from begun
)
select id from begun
