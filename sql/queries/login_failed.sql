-- Notes a failed login in the audit log.
-- $1 user's id (null: no such account), $2 canonical name, $3 peer's prefix
insert into postern.audit (what, user_id, name_hash, address, outcome)
values ('login', $1::bigint,
	case when $1::bigint is null then postern.name_hash($2) end,
	$3, 'login_refused')
