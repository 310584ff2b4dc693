-- Makes a ticket for an account that is not banned and whose epoch has not
-- moved; of the unused ones of its purpose the two newest stay beside it. Locks
-- the account before its tickets, as everybody does.
-- $1 hash, $2 purpose, $3 letter's id, $4 user, $5 epoch, $6 lifetime in seconds
-- columns: hash; no row when it was not made
with holder as (
	select u.id, u.email_canonical, u.epoch
	from postern.users u
	where u.id = $4::bigint
		and u.epoch = $5::integer
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
	(hash, purpose, user_id, email_canonical, epoch, target, expires)
select $1::bytea, $2::text, holder.id, holder.email_canonical, holder.epoch,
	letter.target, now() + $6::integer * interval '1 second'
from holder
join postern.outbox letter on letter.id = $3::bigint
returning hash;
