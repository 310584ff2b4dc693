-- Spends an invitation, once, and makes the account that it is for: its address
-- is proven by the ticket.
-- $1 username, $2 canonical username, $3 address, $4 canonical address,
-- $5 first name, $6 last name, $7 password hash, $8 peer's prefix,
-- $9 hash of the ticket, $10 is somebody told?
with invitation as materialized (
	select i.id, i.groups
	from postern.invitations i
	where i.id = (
		select t.invitation_id
		from postern.tickets t
		where t.hash = $9::bytea and t.purpose = 'invitation'
			and t.expires > now())
		and i.email_canonical = $4
		and i.used_at is null and i.revoked_at is null
	for no key update
), made as (
	insert into postern.users (username, username_canonical, email,
		email_canonical, first_name, last_name, password, verified_at)
	select $1, $2, $3, $4, $5, $6, $7, now() from invitation
	returning id, subject
), spent as (
	update postern.invitations i set used_at = now(), used_by = made.id
	from invitation, made
	where i.id = invitation.id
), closed as (
	delete from postern.tickets t
	using invitation, made
	where t.invitation_id = invitation.id
), grouped as (
	insert into postern.groups (user_id, name)
	select made.id, name from made, invitation, unnest(groups) name
), told as (
	insert into postern.hooks (event, subject, address)
	select 'register', subject, $8 from made where $10::boolean
), audited as (
	insert into postern.audit (what, user_id, address)
	select 'register', id, $8 from made
)
select subject from made
