-- 007_import: which accounts came from elsewhere, and are still as they came.

-- The epoch that the account was imported with; null for an account that was
-- made here.
alter table postern.users add column imported_epoch integer;
-- and since when it is here
alter table postern.users add column imported_at timestamptz;

-- Whether nobody has used an imported account here: no login, no password set,
-- no ban. `hash` is the one that the import brings: where that is not Argon2id
-- and the account's is, somebody has logged in, however long ago.
create function postern.is_as_imported(account postern.users, hash text)
returns boolean
language sql stable set search_path = pg_catalog as $$
	select coalesce(account.imported_epoch = account.epoch, false)
		and (account.password not like '$argon2id$%'
			or hash like '$argon2id$%')
		and not exists (
			select from postern.sessions s where s.user_id = account.id)
		and not exists (
			select from postern.audit a
			where a.what = 'login' and a.outcome = 'ok'
				and a.user_id = account.id)
$$;
