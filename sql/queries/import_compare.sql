-- Compares rows of an import with the accounts that are here; changes nothing.
-- Each parameter is a list with one element for each row, null where the import
-- does not say it: $1 subjects, $2 usernames, $3 canonical usernames,
-- $4 addresses, $5 canonical addresses, $6 first names, $7 last names,
-- $8 hashes, $9 verified, $10 banned ("": not; "yes", or a time), $11 staff,
-- $12 groups (a line each, sorted), $13 created, $14 last login
-- n (from 1), state (new, unchanged, changed, or what another account has:
-- username, address), differences, as_imported
with new as (
	select *
	from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],
		$6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
		$11::text[], $12::text[], $13::text[], $14::text[])
		with ordinality as row (subject, username, username_canonical,
			email, email_canonical, first_name, last_name, password,
			verified, banned, staff, groups, created, last_login, n)
), found as materialized (
	select new.*, t as account, t.id, t.epoch,
		u.id as username_of, e.id as address_of,
		concat_ws(', ',
			case when t.username <> new.username then 'username' end,
			case when t.email <> new.email then 'email' end,
			case when t.first_name <> new.first_name
				then 'first name' end,
			case when t.last_name <> new.last_name then 'last name' end,
			case when (t.verified_at is not null) <> (new.verified <> '')
				then 'verified' end,
			case when (t.banned_at is not null) <> (new.banned <> '')
				then 'banned' end,
			case when t.is_staff <> new.staff::boolean then 'staff' end,
			case when t.id is not null and new.groups <> coalesce((
					select string_agg(g.name, E'\n' order by g.name)
					from postern.groups g
					where g.user_id = t.id
				), '')
				then 'groups' end,
			-- a login here has put its own in the place
			case when t.password <> new.password
				and postern.is_as_imported(t, new.password)
				then 'password' end) as differences
	from new
	left join postern.users s on s.subject = new.subject
	left join postern.users u on u.username_canonical = new.username_canonical
	left join postern.users e on e.email_canonical = new.email_canonical
		and e.verified_at is not null and new.verified is distinct from ''
	left join postern.users t
		on t.id = case when new.subject is null then u.id else s.id end
)
select n, differences,
	case
		when username_of <> id or (username_of is not null and id is null)
			then 'username'
		when address_of <> id or (address_of is not null and id is null)
			then 'address'
		when id is null then 'new'
		when differences = '' then 'unchanged'
		else 'changed' end as state,
	case when differences <> ''
		then postern.is_as_imported(account, password) end as as_imported
from found
order by n
