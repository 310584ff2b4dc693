-- Notes what an import would add, so that rows further down are compared with
-- it; in the temporary table import_seen (key, row).
-- $1 to $14 as in import_compare
-- n, state: added; unchanged when the same row came before; else refused
with new as materialized (
	select subject, username_canonical, email_canonical, verified, n,
		md5(jsonb_build_array(subject, username, email, first_name,
			last_name, password, verified, banned, staff, groups)::text)
			as row
	from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],
		$6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
		$11::text[], $12::text[], $13::text[], $14::text[])
		with ordinality as row (subject, username, username_canonical,
			email, email_canonical, first_name, last_name, password,
			verified, banned, staff, groups, created, last_login, n)
), keys as materialized (
	select n, row, key
	from new
	cross join lateral (values
		('id ' || subject),
		('username ' || username_canonical),
		(case when verified is distinct from ''
			then 'address ' || email_canonical end)) as one (key)
	where key is not null
), firsts as (
	select distinct on (key) key, n, row
	from keys
	order by key, n
), noted as (
	insert into import_seen (key, row)
	select key, row from firsts
	on conflict do nothing
	returning key
)
select keys.n,
	case
		when bool_and(noted.key is not null and firsts.n = keys.n)
			then 'added'
		when bool_and(coalesce(seen.row, firsts.row) = keys.row)
			then 'unchanged'
		else 'refused' end as state
from keys
join firsts using (key)
left join noted using (key)
left join import_seen seen on seen.key = keys.key
group by keys.n
