-- Invites an address and orders the letter; one that was open is revoked. None
-- for the owner of an account.
-- $1 address, $2 canonical address, $3 groups (a line each), $4 lifetime (seconds)
-- id, email, expires; has_account when there is no id
with owner as materialized (
	select exists (
		select
		from postern.users
		where email_canonical = $2::text
			and verified_at is not null
	) as has_account
),
revoked as (
	update postern.invitations i
	set revoked_at = now()
	from owner
	where not has_account
		and i.email_canonical = $2::text
		and i.used_at is null
		and i.revoked_at is null
	returning i.id
),
closed as (
	delete from postern.tickets
	where invitation_id in (select id from revoked)
),
invited as (
	insert into postern.invitations
		(email, email_canonical, groups, expires)
	select $1, $2, coalesce(string_to_array(nullif($3, ''), E'\n'), '{}'),
		now() + make_interval(secs => $4::bigint)
	from owner, (select count(*) from revoked) first
	where not has_account
	returning id, email, email_canonical, expires
),
letter as (
	insert into postern.outbox
		(purpose, email_canonical, target, invitation_id)
	select 'invitation', email_canonical, email, id
	from invited
),
noted as (
	insert into postern.audit (what, name_hash)
	select 'invited', postern.name_hash(email_canonical)
	from invited
)
select invited.id, invited.email,
	to_char(invited.expires at time zone 'UTC',
		'YYYY-MM-DD"T"HH24:MI:SS"Z"') as expires,
	has_account
from owner left join invited on true
