-- 009_roles: what a program may do by a function is the function's right, so
-- that its own database role (sql/roles.sql) needs none for what happens in
-- there: to count a failure no program must be able to reset a counter.
-- throttle_key reads nothing and stays anybody's.

do $$
declare
	one regprocedure;
begin
	foreach one in array array[
		'postern.take_token(bytea, double precision, double precision)',
		'postern.count_failure(bytea, integer, integer, integer)',
		'postern.take_back_failure(bytea, bigint)',
		'postern.may_write(text, text, integer, integer)',
		'postern.name_hash(text)',
		'postern.groups_of(bigint)',
		'postern.set_groups(bigint, text)',
		'postern.limit_sessions(bigint, uuid, integer)',
		'postern.close_ways_back(bigint, integer, bytea)',
		'postern.user_by(text, text)',
		'postern.login_counter(postern.users, text)',
		'postern.renew_recovery_codes(bigint, text)',
		'postern.is_as_imported(postern.users, text)']::regprocedure[]
	loop
		execute format('alter function %s security definer'
			' set search_path = pg_catalog, pg_temp', one);
		execute format('revoke execute on function %s from public', one);
	end loop;
end $$;
