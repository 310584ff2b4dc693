-- Adds accounts, each with its groups. One whose id, username or verified
-- address somebody has is left out.
-- $1 to $14 as in import_compare
-- n of those that were added
with new as materialized (
	select distinct on (subject) *
	from (
		select coalesce(subject, gen_random_uuid()::text) as subject,
			username, username_canonical, email, email_canonical,
			first_name, last_name, password,
			coalesce(verified, 'yes') as verified,
			coalesce(banned, '') as banned, staff, groups,
			coalesce(created::timestamptz, now()) as created,
			last_login::timestamptz as last_login, n
		from unnest($1::text[], $2::text[], $3::text[], $4::text[],
			$5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
			$10::text[], $11::text[], $12::text[], $13::text[],
			$14::text[])
			with ordinality as row (subject, username,
				username_canonical, email, email_canonical, first_name,
				last_name, password, verified, banned, staff, groups,
				created, last_login, n)
	) as row
	order by subject, n
), added as (
	insert into postern.users (subject, username, username_canonical, email,
		email_canonical, first_name, last_name, password, verified_at,
		banned_at, is_staff, created_at, last_login, imported_epoch,
		imported_at)
	select subject, username, username_canonical, email, email_canonical,
		coalesce(first_name, ''), coalesce(last_name, ''), password,
		case when verified = 'yes' then created
			else nullif(verified, '')::timestamptz end,
		case when banned = 'yes' then now()
			else nullif(banned, '')::timestamptz end,
		coalesce(staff::boolean, false), created, last_login, 0, now()
	from new
	order by n
	on conflict do nothing
	returning id, subject
), grouped as (
	insert into postern.groups (user_id, name)
	select distinct added.id, name
	from added
	join new using (subject)
	cross join unnest(string_to_array(new.groups, E'\n')) as one (name)
), noted as (
	insert into postern.audit (what, user_id)
	select 'user_imported', id from added
)
select n
from added
join new using (subject)
