-- 003_accounts: what the endpoints of an account share.

-- The user that a token's claim means: by its subject, canonical username or
-- canonical address, of which a verified one comes first.
create function postern.user_by(field text, value text) returns bigint
language sql stable set search_path = pg_catalog as $$
	select case field
		when 'username' then (
			select id from postern.users where username_canonical = value)
		when 'email' then coalesce((
			select id from postern.users
			where email_canonical = value and verified_at is not null
		), (
			select id from postern.users
			where email_canonical = value and verified_at is null
			order by created_at desc
			limit 1
		))
		else (select id from postern.users where subject = value) end
$$;

-- The counter of an account's failed logins from a peer: where it has logged in
-- during 30 days it has one of its own.
create function postern.login_counter(account postern.users, peer text)
returns bytea
language sql stable set search_path = pg_catalog as $$
	select case when exists (
		select from postern.audit a
		where a.what = 'login' and a.outcome = 'ok'
			and a.user_id = account.id and a.address = peer
			and a.at > now() - interval '30 days')
		then postern.throttle_key('account here',
			account.username_canonical || ' ' || peer)
		else postern.throttle_key('account', account.username_canonical) end
$$;

-- Puts an account into these groups, a line each, and out of all others. Whoever
-- does so at the same time waits, and sees ours. Returns what that was, for the
-- audit log: a row for each group that was added or removed.
create function postern.set_groups(account bigint, wanted text)
returns setof text
language plpgsql set search_path = pg_catalog as $$
begin
	perform from postern.users where id = account for no key update;
	return query
		with removed as (
			delete from postern.groups g
			where g.user_id = account
				and g.name <> all (string_to_array(wanted, E'\n'))
			returning g.name
		)
		select 'group_removed' from removed;
	return query
		with added as (
			insert into postern.groups (user_id, name)
			select distinct account, one.name
			from unnest(string_to_array(wanted, E'\n')) as one (name)
			on conflict do nothing
			returning postern.groups.name
		)
		select 'group_added' from added;
end $$;
