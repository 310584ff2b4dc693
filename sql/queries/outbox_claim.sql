-- Claims the letter that is due for longest, for five minutes, and finds out
-- whom to write what. A letter waits for all older ones to its address: those
-- to the address itself, as its own or instead of an account's, and those to the
-- accounts that have it, verified or not. Each is looked up for one letter after
-- the other, so that a long queue costs nothing: `offset 0` keeps the planner
-- from joining all with all.
-- columns: id, message_id, purpose, attempts; letter (its template; null:
-- there is nobody to write to), email (where it goes), and of the account
-- user_id, epoch, subject, username; of a login time, address and agent.
with due as materialized (
	select o.id
	from postern.outbox o
	cross join lateral (
		select coalesce(lower(o.target collate "C"), o.email_canonical, (
			select u.email_canonical
			from postern.users u
			where u.id = o.user_id)) as address
		offset 0) recipient
	where o.ended_at is null
		and o.due_at <= now()
		and not exists (
			select
			from postern.outbox older
			where older.ended_at is null
				and older.id < o.id
				and older.email_canonical = recipient.address
			offset 0)
		and not exists (
			select
			from postern.outbox older
			where older.ended_at is null
				and older.target is not null
				and older.id < o.id
				and lower(older.target collate "C") = recipient.address
			offset 0)
		and not exists (
			select
			from postern.users u
			join postern.outbox older on older.user_id = u.id
			where u.email_canonical = recipient.address
				and u.verified_at is not null
				and older.ended_at is null
				and older.target is null
				and older.id < o.id
			offset 0)
		and not exists (
			select
			from postern.users u
			join postern.outbox older on older.user_id = u.id
			where u.email_canonical = recipient.address
				and u.verified_at is null
				and older.ended_at is null
				and older.target is null
				and older.id < o.id
			offset 0)
	order by o.due_at
	limit 1
	for update of o skip locked
), claimed as (
	update postern.outbox o
	set due_at = now() + interval '5 minutes',
		attempts = o.attempts + 1,
		problem = null
	from due
	where o.id = due.id
	returning o.id, o.message_id, o.purpose, o.attempts, o.user_id,
		o.email_canonical, o.epoch, o.target, o.invitation_id, o.session
), account as (
	-- the address has an owner, who is told
	select 'exists' as letter, owner.id, owner.epoch, owner.subject,
		owner.username, owner.email
	from claimed c
	join postern.users u on u.id = c.user_id
	join postern.users owner on owner.email_canonical = u.email_canonical
		and owner.verified_at is not null
		and owner.id <> u.id
	where c.purpose = 'activation'
		and u.verified_at is null
		and u.banned_at is null
		and owner.banned_at is null
		and coalesce(c.epoch, u.epoch) = u.epoch
	union all
	select 'activation', u.id, u.epoch, u.subject, u.username, u.email
	from claimed c
	join postern.users u on u.id = c.user_id
	where c.purpose = 'activation'
		and u.verified_at is null
		and u.banned_at is null
		and coalesce(c.epoch, u.epoch) = u.epoch
		and not exists (
			select
			from postern.users owner
			where owner.email_canonical = u.email_canonical
				and owner.verified_at is not null)
	union all (
	select 'activation', u.id, u.epoch, u.subject, u.username, u.email
	from claimed c
	join postern.users u on u.email_canonical = c.email_canonical
		and u.verified_at is null
	where c.purpose = 'resend'
		and u.banned_at is null
		and coalesce(c.epoch, u.epoch) = u.epoch
		and not exists (
			select
			from postern.users owner
			where owner.email_canonical = c.email_canonical
				and owner.verified_at is not null)
	order by u.created_at desc, u.id desc
	limit 1)
	union all
	select c.purpose, u.id, u.epoch, u.subject, u.username, u.email
	from claimed c
	join postern.users u on u.email_canonical = c.email_canonical
		and u.verified_at is not null
	where c.purpose in ('reset', 'username')
		and u.banned_at is null
		and coalesce(c.epoch, u.epoch) = u.epoch
	union all
	select 'password_changed', u.id, u.epoch, u.subject, u.username, u.email
	from claimed c
	join postern.users u on u.id = c.user_id
	where c.purpose = 'password_changed'
	union all
	-- a new address may have an owner, who is told, or be free
	select case when owner.id is null then 'email_change' else 'exists' end,
		coalesce(owner.id, u.id), coalesce(owner.epoch, u.epoch),
		coalesce(owner.subject, u.subject),
		coalesce(owner.username, u.username),
		coalesce(owner.email, c.target)
	from claimed c
	join postern.users u on u.id = c.user_id
	left join postern.users owner
		on owner.email_canonical = lower(c.target collate "C")
		and owner.verified_at is not null
		and owner.id <> u.id
	where c.purpose = 'email_change'
		and u.banned_at is null
		and owner.banned_at is null
		and c.epoch = u.epoch
	union all
	-- which change it undoes is said by its own epoch
	select 'email_changed', u.id, c.epoch, u.subject, u.username, c.target
	from claimed c
	join postern.users u on u.id = c.user_id
	where c.purpose = 'email_changed'
		and u.banned_at is null
	union all
	select 'new_login', u.id, u.epoch, u.subject, u.username, u.email
	from claimed c
	join postern.users u on u.id = c.user_id
	join postern.sessions s on s.id = c.session
	where c.purpose = 'new_login'
		and u.verified_at is not null
	union all
	select 'invitation', null, null, null, null, i.email
	from claimed c
	join postern.invitations i on i.id = c.invitation_id
	where c.purpose = 'invitation'
		and i.used_at is null
		and i.revoked_at is null
		and not exists (
			select
			from postern.users owner
			where owner.email_canonical = i.email_canonical
				and owner.verified_at is not null)
)
select c.id, c.message_id, c.purpose, c.attempts, a.letter,
	a.id as user_id, a.epoch, a.subject, a.username, a.email,
	to_char(s.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')
		as time,
	s.address,
	-- what the client says of itself must not become a link
	coalesce(nullif(left(replace(s.agent, '://', ': '), 120), ''), '-')
		as agent
from claimed c
left join account a on true
left join postern.sessions s on s.id = c.session;
