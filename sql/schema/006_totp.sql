-- 006_totp: two-step login (RFC 6238) and its recovery codes.

alter table postern.users
	-- sealed with a key that is not in the database
	add column totp_secret bytea,
	-- when the secret was given out; when a first code proved it
	add column totp_begun_at timestamptz,
	add column totp_enabled_at timestamptz,
	-- the time step of the last code that was taken
	add column totp_step bigint not null default 0,
	add constraint users_totp check
		(totp_enabled_at is null or totp_secret is not null);

-- What stands in for a code, once: SHA-256 of the account's id and 80 random
-- bits. Nobody can try those out, so that a slow hash would only cost time, and
-- with the id in it one try is good against one account alone.
create table postern.recovery_codes (
	user_id bigint not null
		references postern.users on delete cascade,
	hash bytea not null
		constraint recovery_codes_hash_form check (octet_length(hash) = 32),
	created_at timestamptz not null default now(),
	constraint recovery_codes_pkey primary key (user_id, hash)
);

-- Gives an account new recovery codes, hashes with a blank between, in place
-- of those that it has. Whoever does so at the same time waits, and sees ours.
create function postern.renew_recovery_codes(account bigint, hashes text)
returns void
language plpgsql set search_path = pg_catalog as $$
begin
	perform from postern.users where id = account for no key update;
	delete from postern.recovery_codes where user_id = account;
	insert into postern.recovery_codes (user_id, hash)
	select account, value::bytea
	from unnest(string_to_array(hashes, ' ')) as one (value);
end $$;

-- Lets an attempt that count_failure has counted, at this time (microseconds),
-- count no more, as if it had not been made. Not when another one was counted
-- since: what that one brought about stays.
create function postern.take_back_failure(counter bytea, attempt bigint)
returns void
language sql volatile set search_path = pg_catalog as $$
	update postern.throttle
	set fails = fails - 1, until = '-infinity'
	where key = counter and fails > 0
		and (extract(epoch from at) * 1000000)::bigint = attempt
$$;
