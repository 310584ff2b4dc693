-- 002_tokens: groups, and what other programs are told.

-- Which user is in which group. A group is there while somebody is in it.
create table postern.groups (
	user_id bigint not null
		references postern.users on delete cascade,
	name text collate "C" not null
		constraint groups_name_form check (name ~ '^[A-Za-z0-9@.+_ -]{1,150}$'
			and name = btrim(name)),
	constraint groups_pkey primary key (user_id, name)
);
create index groups_name on postern.groups (name);

-- The groups of a user as one text, a line each; '' for none.
create function postern.groups_of(id bigint) returns text
language sql stable set search_path = pg_catalog as $$
	select coalesce(string_agg(name, E'\n' order by name), '')
	from postern.groups
	where user_id = id
$$;

-- Ends the oldest live sessions of a user but for `own`, so that no more than
-- `most` are left. Whoever logs in at the same time waits, and sees ours.
create function postern.limit_sessions(account bigint, own uuid, most integer)
returns void
language plpgsql set search_path = pg_catalog as $$
begin
	perform from postern.users where id = account for no key update;
	with surplus as (
		select s.id
		from postern.sessions s
		join postern.users u on u.id = s.user_id
		where s.user_id = account and s.id <> own and s.ended_at is null
			and s.epoch = u.epoch and s.idle_expires > now()
			and s.expires > now()
		order by s.created_at desc, s.id
		offset most - 1
	), ended as (
		update postern.sessions s
		set ended_at = now(), ended_by = 'limit'
		from surplus
		where s.id = surplus.id and s.ended_at is null
		returning s.id
	)
	insert into postern.audit (what, user_id, session, outcome)
	select 'session_ended', account, id, 'limit' from ended;
end $$;

-- What happened, to be told to the address that the configuration names for
-- the event. Written with its cause, sent by a worker, as letters are.
create table postern.hooks (
	id bigint generated always as identity primary key,
	message_id uuid not null default gen_random_uuid(),
	event text not null constraint hooks_event check (event in
		('login', 'login_failed', 'reuse', 'register', 'password_changed')),
	-- no foreign keys: what happened stays so when the account is gone
	subject text,
	session uuid,
	address text,
	created_at timestamptz not null default now(),
	-- the next attempt; moved on while a worker is at it
	due_at timestamptz not null default now(),
	attempts integer not null default 0,
	ended_at timestamptz,
	ended_as text constraint hooks_ended_as check
		(ended_as in ('sent', 'dropped', 'failed')),
	problem text,
	constraint hooks_ended check ((ended_at is null) = (ended_as is null))
);
create index hooks_due on postern.hooks (due_at) where ended_at is null;
create index hooks_ended on postern.hooks (ended_at)
	where ended_at is not null;

create function postern.hooks_announce() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
	perform pg_notify('postern_hooks', '');
	return null;
end $$;
create trigger hooks_announce after insert on postern.hooks
	for each statement execute function postern.hooks_announce();
