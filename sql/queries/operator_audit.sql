-- Entries of the audit log, the newest last: of those that fit, the last ones.
-- $1 canonical username, $2 subject (both null: all), $3 event (null: all),
-- $4 not before, in seconds since 1970 (null: all), $5 at most so many
-- id, time, event, account (what it was, where it is none), account_id, by (of
-- staff), name_hash, peer, session, outcome
with named as (
	select id
	from postern.users
	where username_canonical = $1::text or subject = $2::text
), fitting as (
	select a.*
	from postern.audit a
	where (($1::text is null and $2::text is null)
			or a.user_id = (select id from named))
		and ($3::text is null or a.what = $3::text)
		and ($4::bigint is null or a.at >= to_timestamp($4::bigint))
	order by a.id desc
	limit $5::bigint
)
select
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
from fitting f
	left join postern.users u on u.id = f.user_id
	left join postern.users actor on actor.id = f.actor_id
order by f.id
