-- roles.sql - what each program's role may do in the database: what its
-- statements need, column by column, found out by trying (make roles). Which
-- rows is not restricted.

-- postern_activate
grant usage on schema postern to postern_activate;
grant insert (address, name_hash, outcome, user_id, what) on postern.audit to postern_activate;
grant select (outcome) on postern.audit to postern_activate;
grant execute on function postern.may_write(text,text,integer,integer) to postern_activate;
grant execute on function postern.name_hash(text) to postern_activate;
grant insert (email_canonical, purpose) on postern.outbox to postern_activate;
grant execute on function postern.take_token(bytea,double precision,double precision) to postern_activate;
grant select (email_canonical, epoch, expires, hash, purpose, used_at, user_id) on postern.tickets to postern_activate;
grant update (used_at) on postern.tickets to postern_activate;
grant select (banned_at, email_canonical, epoch, id, subject, verified_at) on postern.users to postern_activate;
grant update (verified_at) on postern.users to postern_activate;

-- postern_authorize
grant usage on schema postern to postern_authorize;
grant select (name, user_id) on postern.groups to postern_authorize;
grant select (current_jti, ended_at, epoch, expires, id, idle_expires, previous_jti, rotated_at, user_id) on postern.sessions to postern_authorize;
grant execute on function postern.user_by(text,text) to postern_authorize;
grant select (banned_at, created_at, email_canonical, epoch, id, subject, username, username_canonical, verified_at) on postern.users to postern_authorize;

-- postern_health
grant usage on schema postern to postern_health;
grant select (is_only) on postern.site to postern_health;

-- postern_hello
grant usage on schema postern to postern_hello;
grant select (name, user_id) on postern.groups to postern_hello;
grant select (current_jti, ended_at, epoch, expires, id, idle_expires, previous_jti, rotated_at, user_id) on postern.sessions to postern_hello;
grant select (banned_at, created_at, email_canonical, epoch, id, subject, username_canonical, verified_at) on postern.users to postern_hello;

-- postern_me
grant usage on schema postern to postern_me;
grant insert (address, outcome, user_id, what) on postern.audit to postern_me;
grant execute on function postern.count_failure(bytea,integer,integer,integer) to postern_me;
grant select (name, user_id) on postern.groups to postern_me;
grant execute on function postern.login_counter(bigint,text,text) to postern_me;
grant delete on postern.recovery_codes to postern_me;
grant select (hash, user_id) on postern.recovery_codes to postern_me;
grant select (current_jti, ended_at, epoch, expires, id, idle_expires, previous_jti, rotated_at, user_id) on postern.sessions to postern_me;
grant execute on function postern.take_back_failure(bytea,bigint) to postern_me;
grant execute on function postern.take_token(bytea,double precision,double precision) to postern_me;
grant delete on postern.throttle to postern_me;
grant select (key) on postern.throttle to postern_me;
grant execute on function postern.user_by(text,text) to postern_me;
grant delete on postern.users to postern_me;
grant select (banned_at, created_at, email, email_canonical, epoch, first_name, id, is_staff, last_name, password, subject, totp_enabled_at, totp_secret, totp_step, username, username_canonical, verified_at) on postern.users to postern_me;
grant update (first_name, last_name, totp_step) on postern.users to postern_me;

-- postern_me_email
grant usage on schema postern to postern_me_email;
grant insert (address, outcome, user_id, what) on postern.audit to postern_me_email;
grant select (outcome) on postern.audit to postern_me_email;
grant execute on function postern.close_ways_back(bigint,integer,bytea) to postern_me_email;
grant execute on function postern.count_failure(bytea,integer,integer,integer) to postern_me_email;
grant select (name, user_id) on postern.groups to postern_me_email;
grant insert (address, event, subject) on postern.hooks to postern_me_email;
grant execute on function postern.login_counter(bigint,text,text) to postern_me_email;
grant execute on function postern.may_write(text,text,integer,integer) to postern_me_email;
grant insert (email_canonical, epoch, purpose, target, user_id) on postern.outbox to postern_me_email;
grant delete on postern.recovery_codes to postern_me_email;
grant select (hash, user_id) on postern.recovery_codes to postern_me_email;
grant select (current_jti, ended_at, epoch, expires, id, idle_expires, previous_jti, rotated_at, user_id) on postern.sessions to postern_me_email;
grant execute on function postern.take_back_failure(bytea,bigint) to postern_me_email;
grant execute on function postern.take_token(bytea,double precision,double precision) to postern_me_email;
grant delete on postern.throttle to postern_me_email;
grant select (key) on postern.throttle to postern_me_email;
grant select (created_at, email_canonical, epoch, expires, hash, purpose, target, used_at, user_id) on postern.tickets to postern_me_email;
grant update (used_at) on postern.tickets to postern_me_email;
grant execute on function postern.user_by(text,text) to postern_me_email;
grant select (banned_at, created_at, email, email_canonical, epoch, first_name, id, is_staff, last_name, password, subject, totp_begun_at, totp_enabled_at, totp_secret, totp_step, username, username_canonical, verified_at) on postern.users to postern_me_email;
grant update (email, email_canonical, epoch, password, totp_enabled_at, totp_secret, totp_step, verified_at) on postern.users to postern_me_email;

-- postern_me_password
grant usage on schema postern to postern_me_password;
grant insert (address, outcome, user_id, what) on postern.audit to postern_me_password;
grant execute on function postern.count_failure(bytea,integer,integer,integer) to postern_me_password;
grant select (name, user_id) on postern.groups to postern_me_password;
grant insert (address, event, subject) on postern.hooks to postern_me_password;
grant execute on function postern.login_counter(bigint,text,text) to postern_me_password;
grant insert (purpose, user_id) on postern.outbox to postern_me_password;
grant delete on postern.recovery_codes to postern_me_password;
grant select (hash, user_id) on postern.recovery_codes to postern_me_password;
grant select (current_jti, ended_at, epoch, expires, id, idle_expires, previous_jti, rotated_at, user_id) on postern.sessions to postern_me_password;
grant update (epoch) on postern.sessions to postern_me_password;
grant execute on function postern.take_back_failure(bytea,bigint) to postern_me_password;
grant execute on function postern.take_token(bytea,double precision,double precision) to postern_me_password;
grant delete on postern.throttle to postern_me_password;
grant select (key) on postern.throttle to postern_me_password;
grant execute on function postern.user_by(text,text) to postern_me_password;
grant select (banned_at, created_at, email, email_canonical, epoch, first_name, id, is_staff, last_name, password, subject, totp_enabled_at, totp_secret, totp_step, username, username_canonical, verified_at) on postern.users to postern_me_password;
grant update (epoch, password, totp_secret, totp_step) on postern.users to postern_me_password;

-- postern_me_sessions
grant usage on schema postern to postern_me_sessions;
grant insert (address, session, user_id, what) on postern.audit to postern_me_sessions;
grant select (name, user_id) on postern.groups to postern_me_sessions;
grant select (address, agent, created_at, current_jti, ended_at, epoch, expires, id, idle_expires, last_used, previous_jti, rotated_at, user_id) on postern.sessions to postern_me_sessions;
grant update (ended_at, ended_by) on postern.sessions to postern_me_sessions;
grant execute on function postern.user_by(text,text) to postern_me_sessions;
grant select (banned_at, created_at, email_canonical, epoch, id, subject, username_canonical, verified_at) on postern.users to postern_me_sessions;
grant update (epoch) on postern.users to postern_me_sessions;

-- postern_me_totp
grant usage on schema postern to postern_me_totp;
grant insert (address, outcome, user_id, what) on postern.audit to postern_me_totp;
grant execute on function postern.count_failure(bytea,integer,integer,integer) to postern_me_totp;
grant select (name, user_id) on postern.groups to postern_me_totp;
grant execute on function postern.login_counter(bigint,text,text) to postern_me_totp;
grant delete on postern.recovery_codes to postern_me_totp;
grant select (hash, user_id) on postern.recovery_codes to postern_me_totp;
grant execute on function postern.renew_recovery_codes(bigint,text) to postern_me_totp;
grant select (current_jti, ended_at, epoch, expires, id, idle_expires, previous_jti, rotated_at, user_id) on postern.sessions to postern_me_totp;
grant execute on function postern.take_back_failure(bytea,bigint) to postern_me_totp;
grant execute on function postern.take_token(bytea,double precision,double precision) to postern_me_totp;
grant delete on postern.throttle to postern_me_totp;
grant select (key) on postern.throttle to postern_me_totp;
grant execute on function postern.user_by(text,text) to postern_me_totp;
grant select (banned_at, created_at, email, email_canonical, epoch, first_name, id, is_staff, last_name, password, subject, totp_begun_at, totp_enabled_at, totp_secret, totp_step, username, username_canonical, verified_at) on postern.users to postern_me_totp;
grant update (totp_begun_at, totp_enabled_at, totp_secret, totp_step) on postern.users to postern_me_totp;

-- postern_me_username
grant usage on schema postern to postern_me_username;
grant insert (address, outcome, user_id, what) on postern.audit to postern_me_username;
grant execute on function postern.count_failure(bytea,integer,integer,integer) to postern_me_username;
grant select (name, user_id) on postern.groups to postern_me_username;
grant execute on function postern.login_counter(bigint,text,text) to postern_me_username;
grant delete on postern.recovery_codes to postern_me_username;
grant select (hash, user_id) on postern.recovery_codes to postern_me_username;
grant select (current_jti, ended_at, epoch, expires, id, idle_expires, previous_jti, rotated_at, user_id) on postern.sessions to postern_me_username;
grant execute on function postern.take_back_failure(bytea,bigint) to postern_me_username;
grant execute on function postern.take_token(bytea,double precision,double precision) to postern_me_username;
grant delete on postern.throttle to postern_me_username;
grant select (key) on postern.throttle to postern_me_username;
grant execute on function postern.user_by(text,text) to postern_me_username;
grant select (banned_at, created_at, email, email_canonical, epoch, first_name, id, is_staff, last_name, password, subject, totp_enabled_at, totp_secret, totp_step, username, username_canonical, verified_at) on postern.users to postern_me_username;
grant update (totp_step, username, username_canonical) on postern.users to postern_me_username;

-- postern_register
grant usage on schema postern to postern_register;
grant insert (address, user_id, what) on postern.audit to postern_register;
grant insert (name, user_id) on postern.groups to postern_register;
grant insert (address, event, subject) on postern.hooks to postern_register;
grant select (email_canonical, groups, id, revoked_at, used_at) on postern.invitations to postern_register;
grant update (used_at, used_by) on postern.invitations to postern_register;
grant execute on function postern.may_write(text,text,integer,integer) to postern_register;
grant insert (epoch, purpose, user_id) on postern.outbox to postern_register;
grant execute on function postern.take_token(bytea,double precision,double precision) to postern_register;
grant delete on postern.tickets to postern_register;
grant select (expires, hash, invitation_id, purpose) on postern.tickets to postern_register;
grant insert (email, email_canonical, first_name, last_name, password, username, username_canonical, verified_at) on postern.users to postern_register;
grant select (email_canonical, epoch, id, subject, username_canonical, verified_at) on postern.users to postern_register;

-- postern_reset
grant usage on schema postern to postern_reset;
grant insert (address, name_hash, outcome, user_id, what) on postern.audit to postern_reset;
grant select (outcome) on postern.audit to postern_reset;
grant insert (address, event, subject) on postern.hooks to postern_reset;
grant execute on function postern.may_write(text,text,integer,integer) to postern_reset;
grant execute on function postern.name_hash(text) to postern_reset;
grant insert (email_canonical, purpose, user_id) on postern.outbox to postern_reset;
grant execute on function postern.take_token(bytea,double precision,double precision) to postern_reset;
grant delete on postern.throttle to postern_reset;
grant select (key) on postern.throttle to postern_reset;
grant select (email_canonical, epoch, expires, hash, purpose, used_at, user_id) on postern.tickets to postern_reset;
grant update (used_at) on postern.tickets to postern_reset;
grant select (banned_at, email, email_canonical, epoch, first_name, id, last_name, subject, totp_enabled_at, totp_secret, username, username_canonical, verified_at) on postern.users to postern_reset;
grant update (epoch, password, totp_secret) on postern.users to postern_reset;

-- postern_reset_username
grant usage on schema postern to postern_reset_username;
grant insert (address, name_hash, outcome, user_id, what) on postern.audit to postern_reset_username;
grant select (outcome) on postern.audit to postern_reset_username;
grant execute on function postern.may_write(text,text,integer,integer) to postern_reset_username;
grant execute on function postern.name_hash(text) to postern_reset_username;
grant insert (email_canonical, purpose) on postern.outbox to postern_reset_username;
grant execute on function postern.take_token(bytea,double precision,double precision) to postern_reset_username;
grant delete on postern.tickets to postern_reset_username;
grant select (email_canonical, epoch, expires, hash, purpose, used_at, user_id) on postern.tickets to postern_reset_username;
grant update (used_at) on postern.tickets to postern_reset_username;
grant select (banned_at, email, email_canonical, epoch, first_name, id, last_name, subject, username, verified_at) on postern.users to postern_reset_username;
grant update (username, username_canonical) on postern.users to postern_reset_username;

-- postern_token_blacklist
grant usage on schema postern to postern_token_blacklist;
grant insert (address, session, user_id, what) on postern.audit to postern_token_blacklist;
grant select (name, user_id) on postern.groups to postern_token_blacklist;
grant select (current_jti, ended_at, epoch, expires, id, idle_expires, previous_jti, rotated_at, user_id) on postern.sessions to postern_token_blacklist;
grant update (ended_at, ended_by) on postern.sessions to postern_token_blacklist;
grant select (banned_at, created_at, email_canonical, epoch, id, subject, username_canonical, verified_at) on postern.users to postern_token_blacklist;

-- postern_token_obtain
grant usage on schema postern to postern_token_obtain;
grant insert (address, name_hash, outcome, session, user_id, what) on postern.audit to postern_token_obtain;
grant select (address, at, outcome, user_id, what) on postern.audit to postern_token_obtain;
grant execute on function postern.count_failure(bytea,integer,integer,integer) to postern_token_obtain;
grant execute on function postern.groups_of(bigint) to postern_token_obtain;
grant insert (address, event, session, subject) on postern.hooks to postern_token_obtain;
grant execute on function postern.limit_sessions(bigint,uuid,integer) to postern_token_obtain;
grant execute on function postern.name_hash(text) to postern_token_obtain;
grant insert (purpose, session, user_id) on postern.outbox to postern_token_obtain;
grant delete on postern.recovery_codes to postern_token_obtain;
grant select (hash, user_id) on postern.recovery_codes to postern_token_obtain;
grant insert (address, agent, current_jti, epoch, expires, id, idle_expires, lifetime, rotated_at, user_id) on postern.sessions to postern_token_obtain;
grant select (address, epoch, id, idle_expires, rotated_at, user_id) on postern.sessions to postern_token_obtain;
grant execute on function postern.take_back_failure(bytea,bigint) to postern_token_obtain;
grant execute on function postern.take_token(bytea,double precision,double precision) to postern_token_obtain;
grant delete on postern.throttle to postern_token_obtain;
grant select (key) on postern.throttle to postern_token_obtain;
grant select (banned_at, created_at, email, email_canonical, epoch, first_name, id, is_staff, last_login, last_name, password, subject, totp_enabled_at, totp_secret, totp_step, username, username_canonical, verified_at) on postern.users to postern_token_obtain;
grant update (last_login, password, totp_step) on postern.users to postern_token_obtain;

-- postern_token_refresh
grant usage on schema postern to postern_token_refresh;
grant insert (address, outcome, session, user_id, what) on postern.audit to postern_token_refresh;
grant select (name, user_id) on postern.groups to postern_token_refresh;
grant execute on function postern.groups_of(bigint) to postern_token_refresh;
grant insert (address, event, session, subject) on postern.hooks to postern_token_refresh;
grant select (current_jti, ended_at, ended_by, epoch, expires, id, idle_expires, lifetime, previous_jti, rotated_at, user_id) on postern.sessions to postern_token_refresh;
grant update (current_jti, ended_at, ended_by, idle_expires, last_used, previous_jti, rotated_at) on postern.sessions to postern_token_refresh;
grant select (banned_at, created_at, email, email_canonical, epoch, first_name, id, is_staff, last_name, subject, username, username_canonical, verified_at) on postern.users to postern_token_refresh;

-- postern_token_sliding
grant usage on schema postern to postern_token_sliding;
grant insert (address, name_hash, outcome, session, user_id, what) on postern.audit to postern_token_sliding;
grant select (address, at, outcome, user_id, what) on postern.audit to postern_token_sliding;
grant execute on function postern.count_failure(bytea,integer,integer,integer) to postern_token_sliding;
grant select (name, user_id) on postern.groups to postern_token_sliding;
grant execute on function postern.groups_of(bigint) to postern_token_sliding;
grant insert (address, event, session, subject) on postern.hooks to postern_token_sliding;
grant execute on function postern.limit_sessions(bigint,uuid,integer) to postern_token_sliding;
grant execute on function postern.name_hash(text) to postern_token_sliding;
grant insert (purpose, session, user_id) on postern.outbox to postern_token_sliding;
grant delete on postern.recovery_codes to postern_token_sliding;
grant select (hash, user_id) on postern.recovery_codes to postern_token_sliding;
grant insert (address, agent, current_jti, epoch, expires, id, idle_expires, lifetime, rotated_at, user_id) on postern.sessions to postern_token_sliding;
grant select (address, current_jti, ended_at, ended_by, epoch, expires, id, idle_expires, lifetime, previous_jti, rotated_at, user_id) on postern.sessions to postern_token_sliding;
grant update (current_jti, ended_at, ended_by, idle_expires, last_used, previous_jti, rotated_at) on postern.sessions to postern_token_sliding;
grant execute on function postern.take_back_failure(bytea,bigint) to postern_token_sliding;
grant execute on function postern.take_token(bytea,double precision,double precision) to postern_token_sliding;
grant delete on postern.throttle to postern_token_sliding;
grant select (key) on postern.throttle to postern_token_sliding;
grant select (banned_at, created_at, email, email_canonical, epoch, first_name, id, is_staff, last_login, last_name, password, subject, totp_enabled_at, totp_secret, totp_step, username, username_canonical, verified_at) on postern.users to postern_token_sliding;
grant update (last_login, password, totp_step) on postern.users to postern_token_sliding;

-- postern_token_verify
grant usage on schema postern to postern_token_verify;
grant select (name, user_id) on postern.groups to postern_token_verify;
grant select (current_jti, ended_at, epoch, expires, id, idle_expires, previous_jti, rotated_at, user_id) on postern.sessions to postern_token_verify;
grant select (banned_at, created_at, email_canonical, epoch, id, subject, username_canonical, verified_at) on postern.users to postern_token_verify;

-- postern_users
grant usage on schema postern to postern_users;
grant insert (actor_id, address, outcome, user_id, what) on postern.audit to postern_users;
grant execute on function postern.count_failure(bytea,integer,integer,integer) to postern_users;
grant select (name, user_id) on postern.groups to postern_users;
grant execute on function postern.groups_of(bigint) to postern_users;
grant execute on function postern.login_counter(bigint,text,text) to postern_users;
grant delete on postern.recovery_codes to postern_users;
grant select (hash, user_id) on postern.recovery_codes to postern_users;
grant select (current_jti, ended_at, epoch, expires, id, idle_expires, previous_jti, rotated_at, user_id) on postern.sessions to postern_users;
grant execute on function postern.set_groups(bigint,text) to postern_users;
grant execute on function postern.take_back_failure(bytea,bigint) to postern_users;
grant execute on function postern.take_token(bytea,double precision,double precision) to postern_users;
grant delete on postern.throttle to postern_users;
grant select (key) on postern.throttle to postern_users;
grant execute on function postern.user_by(text,text) to postern_users;
grant delete on postern.users to postern_users;
grant select (banned_at, created_at, email, email_canonical, epoch, first_name, id, imported_at, imported_epoch, is_staff, last_login, last_name, password, subject, totp_begun_at, totp_enabled_at, totp_secret, totp_step, username, username_canonical, verified_at) on postern.users to postern_users;
grant update (banned_at, epoch, first_name, id, is_staff, last_name, totp_step, verified_at) on postern.users to postern_users;
