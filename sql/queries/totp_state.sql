-- Whether the bearer has two-step login, and how many recovery codes are left.
-- $1 what $2 is of the user: subject, username, email, $2 what identifies the
-- user
select
	totp_enabled_at is not null as is_enabled,
	(
		select count(*) from postern.recovery_codes
		where user_id = users.id
	) as recovery_codes_left
from postern.users
where id = postern.user_by($1, $2)
