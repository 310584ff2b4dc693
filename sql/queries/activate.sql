-- Spends an activation ticket, once.
-- $1 hash of the ticket, $2 subject, $3 peer's prefix
with spent as (
	update postern.tickets t set used_at = now()
	from postern.users u
	where t.hash = $1::bytea and t.purpose = 'activation'
		and t.used_at is null and t.expires > now()
		and u.id = t.user_id and u.subject = $2 and u.epoch = t.epoch
		and u.email_canonical = t.email_canonical
		and u.banned_at is null and u.verified_at is null
	returning u.id
), activated as (
	update postern.users u set verified_at = now()
	from spent
	where u.id = spent.id and u.verified_at is null
	returning u.id, u.email_canonical
), eased as (
	-- Whoever reads the letters may have the next one at once.
	delete from postern.throttle where key in (
		select postern.throttle_key('letter', email_canonical)
		from activated)
), audited as (
	insert into postern.audit (what, user_id, address)
	select 'activate', id, $3 from activated
)
select
	exists (select from activated) as is_done,
	exists (
		select from postern.tickets t
		join postern.users u on u.id = t.user_id
		where t.hash = $1::bytea and t.purpose = 'activation'
			and t.expires > now() and u.subject = $2
			and u.verified_at is not null and u.banned_at is null
	) as is_stale
