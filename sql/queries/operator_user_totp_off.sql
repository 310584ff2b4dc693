-- Ends the two-step login of an account, or an enrolment that has begun.
-- $1 canonical username, $2 subject (one of them null)
-- changed; no row when there is no such account
with found as (
	select id
	from postern.users
	where username_canonical = $1::text or subject = $2::text
),
changed as (
	update postern.users u
	set totp_secret = null, totp_begun_at = null, totp_enabled_at = null
	from found
	where u.id = found.id
		and u.totp_secret is not null
	returning u.id
),
removed as (
	delete from postern.recovery_codes
	where user_id in (select id from found)
),
noted as (
	insert into postern.audit (what, user_id)
	select 'user_totp_off', id
	from changed
)
select exists (select from changed) as changed
from found
