-- The sealed secret of an account: the one in use, or one given out within the
-- hour.
-- $1 user's id
select encode(totp_secret, 'hex') as secret
from postern.users
where id = $1::bigint and totp_secret is not null
	and (totp_enabled_at is not null
		or totp_begun_at > now() - interval '1 hour')
