-- Spends a ticket for a new username, once; the account's other ones go with
-- it. Where the name is taken nothing happens, and the ticket stays good.
-- $1 hash of the ticket, $2 subject, $3 username, $4 canonical username,
-- $5 peer's prefix
with holder as materialized (
	select id, epoch, email_canonical
	from postern.users
	where subject = $2 and banned_at is null
	for no key update
), spent as (
	update postern.tickets t set used_at = now()
	from holder
	where t.hash = $1::bytea and t.purpose = 'username'
		and t.used_at is null and t.expires > now()
		and t.user_id = holder.id and t.epoch = holder.epoch
		and t.email_canonical = holder.email_canonical
	returning t.user_id
), others as (
	delete from postern.tickets t
	using spent
	where t.user_id = spent.user_id and t.purpose = 'username'
		and t.used_at is null and t.hash <> $1::bytea
), changed as (
	update postern.users u set username = $3, username_canonical = $4
	from spent
	where u.id = spent.user_id
	returning u.id
), audited as (
	insert into postern.audit (what, user_id, address)
	select 'username_changed', id, $5 from changed
)
select id from changed
