-- 001_foundation: accounts, sessions, tickets, letters, limits, audit.
-- Every rule that must hold is a named constraint.

create table postern.users (
	id bigint generated always as identity primary key,
	-- the public id and the user_id claim; an imported account keeps its own
	subject text collate "C" not null default gen_random_uuid()::text
		constraint users_subject_key unique
		constraint users_subject_form
			check (subject ~ '^[A-Za-z0-9._@+-]{1,64}$'),
	-- as shown (NFKC), and as compared (NFKC, case folded)
	username text not null,
	username_canonical text collate "C" not null
		constraint users_username_key unique
		constraint users_username_form
			check (char_length(username_canonical) between 1 and 450),
	email text not null,
	email_canonical text collate "C" not null
		constraint users_email_form check (octet_length(email) <= 254
			and email !~ '[[:cntrl:]]' and email !~ '^-'),
	first_name text not null default '',
	last_name text not null default '',
	-- a PHC string, never a password
	password text not null,
	verified_at timestamptz,
	banned_at timestamptz,
	-- raised by whatever ends all sessions and tickets
	epoch integer not null default 0
		constraint users_epoch_form check (epoch >= 0),
	is_staff boolean not null default false,
	last_login timestamptz,
	created_at timestamptz not null default now()
) with (fillfactor = 90);

-- One account for each verified address; the others are found by the same
-- index's sibling when a letter is asked for.
create unique index users_email_key on postern.users (email_canonical)
	where verified_at is not null;
create index users_unverified on postern.users (email_canonical, created_at)
	where verified_at is null;

-- One row for each login. A refresh changes no indexed column (HOT), so only
-- id, user and absolute expiry may be indexed. A session lives while it has
-- not ended, neither expiry has passed, and its epoch is its user's.
create table postern.sessions (
	id uuid primary key,
	user_id bigint not null
		references postern.users on delete cascade,
	epoch integer not null,
	current_jti uuid not null,
	previous_jti uuid,
	created_at timestamptz not null default now(),
	rotated_at timestamptz not null,
	last_used timestamptz not null default now(),
	lifetime interval not null,
	idle_expires timestamptz not null,
	expires timestamptz not null,
	ended_at timestamptz,
	ended_by text constraint sessions_ended_by check (ended_by in
		('blacklist', 'reuse', 'operator', 'user', 'limit')),
	address text not null,
	agent text not null,
	constraint sessions_ended check ((ended_at is null) = (ended_by is null)),
	constraint sessions_expiry check (idle_expires <= expires)
) with (fillfactor = 80);
create index sessions_user on postern.sessions (user_id);
create index sessions_expires on postern.sessions (expires);

-- Only the hash of a ticket is kept. A ticket is good while it is unused,
-- unexpired, and address and epoch are still its user's.
create table postern.tickets (
	hash bytea primary key
		constraint tickets_hash_form check (octet_length(hash) = 32),
	purpose text not null
		constraint tickets_purpose check (purpose in ('activation', 'reset')),
	user_id bigint not null
		references postern.users on delete cascade,
	email_canonical text collate "C" not null,
	epoch integer not null,
	created_at timestamptz not null default now(),
	expires timestamptz not null,
	used_at timestamptz
);
create index tickets_user on postern.tickets (user_id, purpose, created_at);
create index tickets_expires on postern.tickets (expires);

-- Letters to write. A letter is to a user, or to an address of which the
-- worker finds out whose it is. It holds neither text nor ticket.
create table postern.outbox (
	id bigint generated always as identity primary key,
	message_id uuid not null default gen_random_uuid(),
	purpose text not null constraint outbox_purpose check
		(purpose in ('activation', 'resend', 'reset', 'password_changed')),
	user_id bigint references postern.users on delete cascade,
	email_canonical text collate "C",
	epoch integer,
	created_at timestamptz not null default now(),
	-- the next attempt; moved on while a worker is at it
	due_at timestamptz not null default now(),
	attempts integer not null default 0,
	-- how it ended: sent, dropped (nobody to write to), failed
	ended_at timestamptz,
	ended_as text constraint outbox_ended_as check
		(ended_as in ('sent', 'dropped', 'failed')),
	problem text,
	constraint outbox_to check ((user_id is null) <> (email_canonical is null)),
	constraint outbox_ended check ((ended_at is null) = (ended_as is null))
);
create index outbox_due on postern.outbox (due_at) where ended_at is null;
create index outbox_ended on postern.outbox (ended_at)
	where ended_at is not null;
create index outbox_user on postern.outbox (user_id);
create index outbox_address on postern.outbox (email_canonical, id)
	where ended_at is null and email_canonical is not null;

create function postern.outbox_announce() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
	perform pg_notify('postern_outbox', '');
	return null;
end $$;
create trigger outbox_announce after insert on postern.outbox
	for each statement execute function postern.outbox_announce();

-- Counters by account and buckets by peer or address. Losing them in a crash
-- is harmless, so they are not logged.
create unlogged table postern.throttle (
	key bytea primary key,
	tokens double precision not null default 0,
	fails integer not null default 0,
	until timestamptz not null default '-infinity',
	at timestamptz not null default now()
) with (fillfactor = 50);

-- What happened, to whom, from where, how it ended. Never a password, token,
-- ticket, nor a name that no account has: of that a keyed hash.
create table postern.audit (
	id bigint generated always as identity primary key,
	at timestamptz not null default now(),
	what text not null,
	-- no foreign key: an entry outlives the account
	user_id bigint,
	name_hash text,
	session uuid,
	address text,
	outcome text not null default 'ok'
);
create index audit_at on postern.audit (at);
-- from where an account has logged in
create index audit_login on postern.audit (user_id, address, at)
	where what = 'login' and outcome = 'ok';

create function postern.audit_append_only() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
	if tg_op = 'DELETE'
		and current_setting('postern.clean', true) = 'on' then
		return old;
	end if;
	raise exception 'the audit log is append-only'
		using errcode = 'restrict_violation';
end $$;
create trigger audit_append_only before update or delete on postern.audit
	for each row execute function postern.audit_append_only();
create trigger audit_no_truncate before truncate on postern.audit
	for each statement execute function postern.audit_append_only();

-- The key of the hashes in the audit log: 244 random bits.
create table postern.site (
	is_only boolean primary key default true
		constraint site_only check (is_only),
	name_key bytea not null default
		uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
);
insert into postern.site default values;

-- The key of a counter or bucket: 128 bits of a hash, so that no name or
-- address lies in the table.
create function postern.throttle_key(kind text, value text) returns bytea
language sql immutable set search_path = pg_catalog as $$
	select substring(sha256(convert_to(kind, 'UTF8') || '\x00'::bytea
		|| convert_to(value, 'UTF8')) from 1 for 16)
$$;

-- Takes one token from a bucket that holds `burst` and is filled at
-- `per_second`. Atomic: of any number of parallel calls exactly as many pass
-- as there are tokens. Returns 0, or the seconds to wait.
create function postern.take_token(
	bucket bytea, burst double precision, per_second double precision
) returns integer
language plpgsql set search_path = pg_catalog as $$
begin
	insert into postern.throttle as t (key, tokens, at)
	values (bucket, burst - 1, now())
	on conflict (key) do update set
		tokens = least(burst, t.tokens + per_second
			* greatest(0, extract(epoch from now() - t.at))) - 1,
		at = greatest(t.at, now())
	where least(burst, t.tokens + per_second
		* greatest(0, extract(epoch from now() - t.at))) >= 1;
	if found then
		return 0;
	end if;
	return coalesce((
		select greatest(1, ceil((1 - tokens) / per_second
			- extract(epoch from now() - at)))
		from postern.throttle where key = bucket), 1);
end $$;

-- Counts an attempt as failed, before it is looked at. From the `allowed`th
-- in a row on each is followed by a wait that doubles up to `longest`. Atomic
-- as above. Returns 0 when the attempt may be made, or the seconds to wait.
create function postern.count_failure(
	counter bytea, allowed integer, first_wait integer, longest integer
) returns integer
language plpgsql set search_path = pg_catalog as $$
begin
	insert into postern.throttle as t (key, fails, at, until)
	values (counter, 1, now(), case when allowed > 1 then '-infinity'
		else now() + make_interval(secs => first_wait) end)
	on conflict (key) do update set
		fails = t.fails + 1,
		at = now(),
		until = case when t.fails + 1 < allowed then '-infinity'
			else now() + make_interval(secs => least(longest,
				first_wait * 2.0 ^ least(t.fails + 1 - allowed, 30)))
			end
	where t.until <= now();
	if found then
		return 0;
	end if;
	return coalesce((
		select greatest(1, ceil(extract(epoch from until - now())))
		from postern.throttle where key = counter), 1);
end $$;

-- Whether one more letter of a kind may go to an address: one in `pause`
-- seconds, `an_hour` in an hour. Letters of activation and of reset are counted
-- apart, so that nobody can keep the one away by asking for the other.
create function postern.may_write(
	kind text, address text, pause integer, an_hour integer
) returns boolean
language plpgsql set search_path = pg_catalog as $$
begin
	return postern.take_token(
			postern.throttle_key('letter ' || kind, address),
			1, 1.0 / pause) = 0
		and postern.take_token(
			postern.throttle_key('letters ' || kind, address),
			an_hour, an_hour / 3600.0) = 0;
end $$;

-- What the audit log says instead of a name that no account has.
create function postern.name_hash(name text) returns text
language sql stable set search_path = pg_catalog as $$
	select encode(sha256(name_key || convert_to(name, 'UTF8')), 'hex')
	from postern.site
$$;
