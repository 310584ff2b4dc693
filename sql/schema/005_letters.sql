-- 005_letters: a change of address, invitations, notices of logins.

-- Whom the operator has asked to register. Used once; a later one to the same
-- address takes its place.
create table postern.invitations (
	id bigint generated always as identity primary key,
	email text not null,
	email_canonical text collate "C" not null
		constraint invitations_email_form check (octet_length(email) <= 254
			and email !~ '[[:cntrl:]]' and email !~ '^-'),
	-- which the account will be in
	groups text[] not null default '{}',
	created_at timestamptz not null default now(),
	expires timestamptz not null,
	used_at timestamptz,
	-- no foreign key: that it was used stays so when the account is gone
	used_by bigint,
	revoked_at timestamptz,
	constraint invitations_used check ((used_at is null) = (used_by is null)),
	constraint invitations_ended check (used_at is null or revoked_at is null)
);
-- One that is open for each address.
create unique index invitations_open on postern.invitations (email_canonical)
	where used_at is null and revoked_at is null;
create index invitations_expires on postern.invitations (expires);

-- A ticket is for an account or for an invitation.
alter table postern.tickets
	drop constraint tickets_purpose,
	add constraint tickets_purpose check (purpose in ('activation', 'reset',
		'username', 'email', 'email_undo', 'invitation')),
	-- the address that the account gets: the new one, or the old one again
	add column target text,
	add column invitation_id bigint
		references postern.invitations on delete cascade,
	alter column user_id drop not null,
	add constraint tickets_for
		check ((user_id is null) <> (invitation_id is null));
create index tickets_invitation on postern.tickets (invitation_id)
	where invitation_id is not null;

alter table postern.outbox
	drop constraint outbox_purpose,
	add constraint outbox_purpose check (purpose in ('activation', 'resend',
		'reset', 'password_changed', 'username', 'email_change',
		'email_changed', 'new_login', 'invitation')),
	-- where the letter goes when that is not the account's address
	add column target text,
	add column invitation_id bigint
		references postern.invitations on delete cascade,
	-- what a notice of a login tells of; a session may be gone
	add column session uuid;
create index outbox_target on postern.outbox (lower(target collate "C"), id)
	where ended_at is null and target is not null;
create index outbox_invitation on postern.outbox (invitation_id)
	where invitation_id is not null;

-- Ends the ways back to addresses that an account had since this epoch, but for
-- the one that is being spent, and the letters that would bring more. The account
-- is locked: what others wrote while we waited for it is seen.
create function postern.close_ways_back(
	account bigint, since integer, own bytea
) returns void
language plpgsql set search_path = pg_catalog as $$
begin
	delete from postern.tickets
	where user_id = account and purpose = 'email_undo' and hash <> own
		and epoch >= since;
	update postern.outbox
	set ended_at = now(), ended_as = 'dropped'
	where user_id = account and purpose = 'email_changed'
		and ended_at is null and epoch >= since;
end $$;
