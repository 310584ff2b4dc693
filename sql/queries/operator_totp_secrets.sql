-- The sealed secrets of two-step login, with whose they are.
-- $1 at most so many
-- id, secret
select id, encode(totp_secret, 'hex') as secret
from postern.users
where totp_enabled_at is not null
order by id
limit $1::bigint
