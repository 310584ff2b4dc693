-- Changes an account: the names of the person for everybody who may see it, the
-- rest for staff, and nobody's own. A ban ends all sessions and tickets. Null
-- stands for what stays as it is. No row: it may not be changed any more.
-- $1 id of who asks, $2 id of the account, $3 first name, $4 last name,
-- $5 activate it?, $6 banned?, $7 staff?, $8 groups, a line each, $9 peer's prefix
with asker as materialized (
	select id, is_staff and id <> $2::bigint as may_rule
	from postern.users
	where id = $1::bigint and banned_at is null
		and (is_staff or id = $2::bigint)
	for no key update
), old as materialized (
	select u.id, u.verified_at, u.banned_at, u.is_staff, asker.may_rule
	from postern.users u, asker
	where u.id = $2::bigint
	for no key update of u
), new as (
	update postern.users u set
		first_name = coalesce($3, u.first_name),
		last_name = coalesce($4, u.last_name),
		verified_at = case when old.may_rule and $5::boolean
			then coalesce(u.verified_at, now()) else u.verified_at end,
		banned_at = case when not old.may_rule or $6::boolean is null
			then u.banned_at
			when $6::boolean then coalesce(u.banned_at, now()) end,
		epoch = u.epoch + case when old.may_rule and $6::boolean
			and u.banned_at is null then 1 else 0 end,
		is_staff = case when old.may_rule
			then coalesce($7::boolean, u.is_staff) else u.is_staff end
	from old
	where u.id = old.id
	returning u.id, u.verified_at, u.banned_at, u.is_staff
), grouped as materialized (
	select done.what
	from new, old, postern.set_groups(new.id, $8) as done (what)
	where old.may_rule and $8 is not null
), audited as (
	insert into postern.audit (what, user_id, actor_id, address)
	select done.what, new.id, nullif($1::bigint, new.id), $9
	from new, old, lateral (
		select 'profile_changed' as what
		where $3 is not null or $4 is not null
		union all
		select 'user_verified'
		where new.verified_at is not null and old.verified_at is null
		union all
		select 'user_banned'
		where new.banned_at is not null and old.banned_at is null
		union all
		select 'user_unbanned'
		where new.banned_at is null and old.banned_at is not null
		union all
		select case when new.is_staff then 'staff_added' else 'staff_removed' end
		where new.is_staff <> old.is_staff
		union all
		select what from grouped
	) as done
)
select id from new
