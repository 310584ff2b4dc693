-- Spends an activation ticket, once. The account is locked first, here and
-- wherever tickets are touched, and looked at as it is then.
-- $1 hash of the ticket, $2 subject, $3 peer's prefix
with holder as materialized (
	select id, epoch, email_canonical
	from postern.users
	where subject = $2 and banned_at is null and verified_at is null
	for no key update
), spent as (
	update postern.tickets t set used_at = now()
	from holder
	where t.hash = $1::bytea and t.purpose = 'activation'
		and t.used_at is null and t.expires > now()
		and t.user_id = holder.id and t.epoch = holder.epoch
		and t.email_canonical = holder.email_canonical
	returning t.user_id
), activated as (
	update postern.users u set verified_at = now()
	from spent
	where u.id = spent.user_id
	returning u.id
), audited as (
	insert into postern.audit (what, user_id, address)
	select 'activate', id, $3 from activated
)
select id from activated
