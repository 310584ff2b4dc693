-- Makes a ticket for an account that is not banned and whose epoch has not
-- moved; of the unused ones of its purpose the two newest stay beside it. Locks
-- the account before its tickets, as everybody does.
-- $1 hash, $2 purpose, $3 user, $4 epoch, $5 lifetime in seconds
-- columns: user_id; no row when it was not made
with holder as (
	select u.id, u.email_canonical, u.epoch
	from postern.users u
	where u.id = $3::bigint
		and u.epoch = $4::integer
		and u.banned_at is null
	for no key update
), surplus as (
	delete from postern.tickets t
	using holder
	where t.hash in (
		select old.hash
		from postern.tickets old
		where old.user_id = holder.id
			and old.purpose = $2::text
			and old.used_at is null
		order by old.created_at desc, old.hash
		offset 2)
)
insert into postern.tickets
	(hash, purpose, user_id, email_canonical, epoch, expires)
select $1::bytea, $2::text, holder.id, holder.email_canonical, holder.epoch,
	now() + $5::integer * interval '1 second'
from holder
returning user_id;
