-- Revokes the invitation of an address. A letter that waits is dropped.
-- $1 canonical address
-- id; no row when none is open
with revoked as (
	update postern.invitations
	set revoked_at = now()
	where email_canonical = $1::text
		and used_at is null
		and revoked_at is null
	returning id, email_canonical, expires
),
closed as (
	delete from postern.tickets
	where invitation_id in (select id from revoked)
),
noted as (
	insert into postern.audit (what, name_hash)
	select 'invitation_revoked', postern.name_hash(email_canonical)
	from revoked
)
select id from revoked
where expires > now()
