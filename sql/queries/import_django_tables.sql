-- Whether Django's tables of users and groups are here.
-- present
select to_regclass('auth_user') is not null
	and to_regclass('auth_user_groups') is not null
	and to_regclass('auth_group') is not null as present
