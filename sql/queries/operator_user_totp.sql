-- Whether an account has two-step login.
-- $1 canonical username, $2 subject (one of them null)
-- is_enabled, recovery_codes_left; no row when there is no such account
select
	u.totp_enabled_at is not null as is_enabled,
	(
		select count(*)
		from postern.recovery_codes c
		where c.user_id = u.id
	) as recovery_codes_left
from postern.users u
where u.username_canonical = $1::text or u.subject = $2::text
