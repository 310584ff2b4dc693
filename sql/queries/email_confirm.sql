-- Spends the ticket of a new address, once: the address changes, every session
-- and ticket ends, and the old address is told, with a way back. An address that
-- was never verified gets no such power.
-- $1 hash of the ticket, $2 subject, $3 peer's prefix, $4 may a username with @
-- be anybody's address?
with holder as materialized (
	select id, epoch, email, email_canonical, username_canonical, verified_at
	from postern.users
	where subject = $2 and banned_at is null
	for no key update
), spent as (
	update postern.tickets t set used_at = now()
	from holder
	where t.hash = $1::bytea and t.purpose = 'email'
		and t.used_at is null and t.expires > now()
		and t.user_id = holder.id and t.epoch = holder.epoch
		and t.email_canonical = holder.email_canonical
		and ($4::boolean or position('@' in holder.username_canonical) = 0
			or holder.username_canonical = lower(t.target collate "C"))
	returning t.user_id, t.target
), changed as (
	update postern.users u set
		email = spent.target,
		email_canonical = lower(spent.target collate "C"),
		verified_at = coalesce(u.verified_at, now()),
		epoch = u.epoch + 1
	from spent
	where u.id = spent.user_id
	returning u.id, u.epoch, u.email_canonical
), notice as (
	-- the epoch says which change this is: the way back from an earlier one
	-- closes those from later ones
	insert into postern.outbox (purpose, user_id, epoch, target)
	select 'email_changed', changed.id, changed.epoch, holder.email
	from changed, holder
	where holder.verified_at is not null
		and holder.email_canonical <> changed.email_canonical
), audited as (
	insert into postern.audit (what, user_id, address)
	select 'email_changed', id, $3 from changed
)
select id from changed
