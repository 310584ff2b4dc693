-- Notes in the audit log that the current password or code was wrong.
-- $1 user's id, $2 peer's prefix, $3 outcome
insert into postern.audit (what, user_id, address, outcome)
values ('password_check', $1::bigint, $2, $3)
