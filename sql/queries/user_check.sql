-- The user of an access token: what most requests ask, and nothing more.
-- $1 subject, $2 must be activated?
select
	epoch,
	banned_at is null and (verified_at is not null or not $2::boolean)
		as is_active
from postern.users
where subject = $1
