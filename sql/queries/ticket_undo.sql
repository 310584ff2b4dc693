-- Makes the ticket that leads back to the address to which a letter goes, unless
-- that letter was dropped meanwhile. It is bound to account and address, not to
-- the account's epoch: that of the ticket says which change it undoes, and its
-- created_at when that was, however late the letter. However many there are,
-- none makes place for another.
-- $1 hash, $2 purpose, $3 letter's id, $4 user, $5 the letter's epoch,
-- $6 lifetime in seconds
-- columns: hash; no row when it was not made
with holder as (
	select u.id, letter.target, letter.created_at
	from postern.users u
	join postern.outbox letter on letter.id = $3::bigint
	where u.id = $4::bigint
		and u.banned_at is null
		and letter.ended_at is null
	for no key update of u, letter
)
insert into postern.tickets
	(hash, purpose, user_id, email_canonical, epoch, target, created_at, expires)
select $1::bytea, $2::text, holder.id, lower(holder.target collate "C"),
	$5::integer, holder.target, holder.created_at,
	now() + $6::integer * interval '1 second'
from holder
returning hash;
