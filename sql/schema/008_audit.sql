-- 008_audit: the entries of one account, the latest first.
create index audit_user on postern.audit (user_id, id)
	where user_id is not null;
