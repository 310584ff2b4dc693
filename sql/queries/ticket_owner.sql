-- Whose ticket it is, while it is good.
-- $1 hash of the ticket, $2 subject, $3 purpose
select u.username, u.email, u.first_name, u.last_name
from postern.tickets t
join postern.users u on u.id = t.user_id
where t.hash = $1::bytea and t.purpose = $3
	and t.used_at is null and t.expires > now()
	and u.subject = $2 and u.epoch = t.epoch
	and u.email_canonical = t.email_canonical and u.banned_at is null
