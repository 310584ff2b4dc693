-- Claims the letter that is due for longest, for five minutes, and finds out
-- whom to write what. A letter waits for all older ones to its address.
-- columns: id, message_id, purpose, attempts; letter (its template; null:
-- there is nobody to write to), and of the account user_id, epoch, subject,
-- username, email.
with due as materialized (
	select o.id
	from postern.outbox o
	left join postern.users u on u.id = o.user_id
	where o.ended_at is null
		and o.due_at <= now()
		and not exists (
			select
			from postern.outbox older
			left join postern.users w on w.id = older.user_id
			where older.ended_at is null
				and older.id < o.id
				and coalesce(older.email_canonical, w.email_canonical)
					= coalesce(o.email_canonical, u.email_canonical))
	order by o.due_at, o.id
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
		o.email_canonical, o.epoch
), account as (
	-- the address has an owner, who is told
	select 'exists' as letter, owner.*
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
	select 'activation', u.*
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
	select 'activation', u.*
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
	select 'reset', u.*
	from claimed c
	join postern.users u on u.email_canonical = c.email_canonical
		and u.verified_at is not null
	where c.purpose = 'reset'
		and u.banned_at is null
		and coalesce(c.epoch, u.epoch) = u.epoch
	union all
	select 'password_changed', u.*
	from claimed c
	join postern.users u on u.id = c.user_id
	where c.purpose = 'password_changed'
)
select c.id, c.message_id, c.purpose, c.attempts, a.letter,
	a.id as user_id, a.epoch, a.subject, a.username, a.email
from claimed c
left join account a on true;
