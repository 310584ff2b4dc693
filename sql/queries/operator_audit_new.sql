-- Entries of the audit log of late, the newest last. An entry bears the time at
-- which its transaction began and is there when that ends: so each look goes
-- back a while, and who looks knows what was there before.
-- $1 canonical username, $2 subject (both null: all), $3 event (null: all),
-- $4 the moment of the last look (null: now), $5 how far back from it (seconds)
-- moment, and as operator_audit; one row without an id where there is none
with named as (
	select id
	from postern.users
	where username_canonical = $1::text or subject = $2::text
), fitting as (
	select a.*
	from postern.audit a
	where a.at >= to_timestamp(
			coalesce($4::bigint, extract(epoch from now())::bigint)
			- $5::bigint)
		and (($1::text is null and $2::text is null)
			or a.user_id = (select id from named))
		and ($3::text is null or a.what = $3::text)
)
select
	extract(epoch from now())::bigint as moment,
	f.id,
	to_char(f.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as time,
	f.what as event,
	coalesce(u.username, 'deleted #' || f.user_id,
		'unknown #' || left(f.name_hash, 8)) as account,
	u.subject as account_id,
	coalesce(actor.username, 'deleted #' || f.actor_id) as by,
	f.name_hash,
	f.address as peer,
	replace(f.session::text, '-', '') as session,
	f.outcome
from (select) as always
	left join fitting f on true
	left join postern.users u on u.id = f.user_id
	left join postern.users actor on actor.id = f.actor_id
order by f.id
