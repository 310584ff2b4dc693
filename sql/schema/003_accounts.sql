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
