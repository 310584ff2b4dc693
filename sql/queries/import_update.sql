-- Gives an imported account that nobody has used here what the import says now.
-- Tickets that were sent meanwhile end.
-- $1 to $14 as in import_compare, of one row
-- id; no row when the account has been used
with new as (
	select *
	from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],
		$6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
		$11::text[], $12::text[], $13::text[], $14::text[])
		as row (subject, username, username_canonical, email,
			email_canonical, first_name, last_name, password, verified,
			banned, staff, groups, created, last_login)
), target as materialized (
	select u.id
	from postern.users u
	cross join new
	where u.id = case when new.subject is null then (
			select id from postern.users
			where username_canonical = new.username_canonical
		) else (
			select id from postern.users where subject = new.subject
		) end
		and postern.is_as_imported(u, new.password)
	for update of u
), updated as (
	update postern.users u
	set username = new.username,
		username_canonical = new.username_canonical,
		email = new.email,
		email_canonical = new.email_canonical,
		first_name = coalesce(new.first_name, u.first_name),
		last_name = coalesce(new.last_name, u.last_name),
		password = new.password,
		epoch = u.epoch + 1,
		imported_epoch = u.epoch + 1,
		verified_at = case when new.verified is null then u.verified_at
			when new.verified = 'yes' then coalesce(u.verified_at, now())
			else nullif(new.verified, '')::timestamptz end,
		banned_at = case when new.banned is null then u.banned_at
			when new.banned = 'yes' then coalesce(u.banned_at, now())
			else nullif(new.banned, '')::timestamptz end,
		is_staff = coalesce(new.staff::boolean, u.is_staff),
		last_login = coalesce(new.last_login::timestamptz, u.last_login)
	from target, new
	where u.id = target.id
	returning u.id
), ended as (
	delete from postern.tickets
	where user_id in (select id from updated)
), named as (
	select updated.id, name
	from updated
	cross join new
	cross join unnest(string_to_array(new.groups, E'\n')) as one (name)
), ungrouped as (
	delete from postern.groups g
	using updated, new
	where g.user_id = updated.id and new.groups is not null
		and g.name <> all (string_to_array(new.groups, E'\n'))
), grouped as (
	insert into postern.groups (user_id, name)
	select distinct id, name from named
	on conflict do nothing
), noted as (
	insert into postern.audit (what, user_id)
	select 'user_import_updated', id from updated
)
select id from updated
