-- Makes the ticket of an invitation that is open. Its time begins when its letter
-- leaves.
-- $1 hash, $2 purpose, $3 letter's id, $4 user (null), $5 epoch (null),
-- $6 lifetime in seconds
-- columns: hash; no row when it was not made
with invitation as (
	update postern.invitations i
	set expires = now() + $6::integer * interval '1 second'
	from postern.outbox letter
	where letter.id = $3::bigint
		and i.id = letter.invitation_id
		and i.used_at is null
		and i.revoked_at is null
	returning i.id, i.email_canonical, i.expires
)
insert into postern.tickets
	(hash, purpose, user_id, email_canonical, epoch, invitation_id, expires)
select $1::bytea, $2::text, $4::bigint, invitation.email_canonical,
	coalesce($5::integer, 0), invitation.id, invitation.expires
from invitation
returning hash;
