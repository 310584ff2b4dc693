-- 010_columns: no statement of a program reads whole rows of users, so that a
-- column that a later release adds is no matter of the rights of this one's
-- programs (sql/roles.sql).

-- The counter of an account's failed logins from a peer: where it has logged in
-- during 30 days it has one of its own. The function of the same name that takes
-- a whole row is for the programs of the release before.
create function postern.login_counter(account bigint, name text, peer text)
returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select case when exists (
		select from postern.audit a
		where a.what = 'login' and a.outcome = 'ok'
			and a.user_id = account and a.address = peer
			and a.at > now() - interval '30 days')
		then postern.throttle_key('account here', name || ' ' || peer)
		else postern.throttle_key('account', name) end
$$;
revoke execute on function postern.login_counter(bigint, text, text) from public;
