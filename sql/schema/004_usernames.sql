-- 004_usernames: the letter with which a username is chosen anew; who changed
-- whose account; and what the search for accounts is answered from.

alter table postern.tickets
	drop constraint tickets_purpose,
	add constraint tickets_purpose check (purpose in
		('activation', 'reset', 'username'));
alter table postern.outbox
	drop constraint outbox_purpose,
	add constraint outbox_purpose check (purpose in
		('activation', 'resend', 'reset', 'password_changed', 'username'));

-- Who did it, where that was staff and not the account itself. No foreign key:
-- an entry outlives the account.
alter table postern.audit add column actor_id bigint;

-- Names by their beginning; usernames and addresses have such indexes already.
create index users_first_name on postern.users ((lower(first_name)) collate "C")
	where first_name <> '';
create index users_last_name on postern.users ((lower(last_name)) collate "C")
	where last_name <> '';
