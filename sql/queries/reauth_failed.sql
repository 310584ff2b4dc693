-- Notes a wrong current password in the audit log.
-- $1 user's id, $2 peer's prefix
insert into postern.audit (what, user_id, address, outcome)
values ('password_check', $1::bigint, $2, 'current_password_wrong')
