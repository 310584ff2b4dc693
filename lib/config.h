/*
 * config.h - the settings: one INI file, each also by environment.
 *
 * A setting NAME of the file is overridden by POSTERN_NAME (upper case) of the
 * environment. Durations are whole numbers with s, m, h or d; sizes with k or
 * M; lists have commas; switches are yes and no.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arena.h"

/* The Makefile says where make install puts it. */
#ifndef CONFIG_DEFAULT_PATH
#define CONFIG_DEFAULT_PATH "/etc/postern/postern.conf"
#endif

enum access_check {
	ACCESS_CHECK_USER,
	ACCESS_CHECK_STATELESS,
	ACCESS_CHECK_SESSION
};

enum algorithm {
	HS256,
	HS384,
	HS512,
	RS256,
	RS384,
	RS512,
	ES256,
	ES384,
	ES512
};

enum registration_mode {
	REGISTRATION_OPEN,
	REGISTRATION_CLOSED,
	REGISTRATION_INVITATION
};

enum mail_delivery { DELIVERY_WORKER, DELIVERY_CRON, DELIVERY_SPAWN };

enum registration_conflict { CONFLICT_HIDE, CONFLICT_REVEAL };

enum token_transport { TRANSPORT_BODY, TRANSPORT_COOKIE, TRANSPORT_BOTH };

enum cookie_samesite { SAMESITE_LAX, SAMESITE_STRICT, SAMESITE_NONE };

enum login_field { LOGIN_USERNAME, LOGIN_EMAIL, LOGIN_EITHER };

enum gate_match { MATCH_ALL, MATCH_ANY };

/* A list: the last element is NULL. */
typedef const char *const *config_list;

/* What of a user can stand in a token or an answer. USER_ID is the subject. */
enum user_column {
	USER_ID,
	USER_USERNAME,
	USER_EMAIL,
	USER_FIRST_NAME,
	USER_LAST_NAME,
	USER_GROUPS,
	USER_IS_STAFF
};

#define CLAIM_NAME_MAX 64 /* bytes */

/* A claim of access tokens. The last of a list has no name. */
struct custom_claim {
	const char *name;
	enum user_column column;
};

/*
 * What the gate asks for at a path and below it: conditions of which all, or any
 * one, must be met; without any, a token is enough. The last of a list has no
 * path.
 */
struct gate_rule {
	const char *path;   /* decoded; without a slash at the end */
	config_list groups; /* names of groups: one condition each */
	config_list claims; /* NAME=VALUE: the same */
	enum gate_match match;
};

enum mail_transport { MAIL_SENDMAIL, MAIL_SMTP, MAIL_FOLDER };

/* Durations are seconds. Strings are never NULL; "" stands for not set. */
struct config {
	/* clang-format off */
	const char *path;              /* the file that was read */
	const char *const *where;      /* for config_where; NULL: path alone */

	/* tokens; the names are Simple JWT's */
	enum algorithm algorithm;
	const char *signing_key;       /* a file, or the folder of a key ring */
	const char *verifying_key;     /* a file: RS and ES */
	const char *jwks_file;
	const char *jwk_url;
	int64_t access_token_lifetime;
	int64_t refresh_token_lifetime;
	bool rotate_refresh_tokens;
	bool blacklist_after_rotation;
	bool update_last_login;
	bool check_user_is_active;
	int64_t leeway;
	const char *issuer;
	config_list audience;
	config_list auth_header_types;
	const char *auth_header_name;  /* HTTP_AUTHORIZATION or Authorization */
	enum user_column user_id_field; /* USER_ID, USER_USERNAME, USER_EMAIL */
	const char *user_id_claim;
	const char *token_type_claim;
	const char *jti_claim;
	config_list auth_token_classes; /* of "access", "sliding" */
	int64_t sliding_token_lifetime;
	int64_t sliding_token_refresh_lifetime;
	const char *sliding_token_refresh_exp_claim;
	bool check_revoke_token;
	const char *revoke_token_claim;
	const struct custom_claim *claims;

	/* sessions */
	enum access_check access_check;
	int64_t rotation_grace;
	int64_t session_lifetime;      /* absolute age of a rotated session */
	int64_t remember_token_lifetime; /* 0: as refresh_token_lifetime */
	int64_t session_limit;         /* of a user; 0: none */
	enum login_field login_field;
	config_list obtain_response;   /* names of enum user_column */
	config_list require_group;

	/* cookies */
	enum token_transport token_transport;
	bool access_cookie;
	enum cookie_samesite cookie_samesite;

	/* the gate */
	config_list gate_claims;       /* names of claims */
	const char *gate_login_url;    /* of the sign-in page; "": 401 always */
	const struct gate_rule *gate_rules;

	/* passwords */
	int64_t password_memory;       /* bytes of Argon2id */
	int64_t password_passes;
	int64_t password_min_length;   /* code points */

	/* limits */
	bool throttle;
	int64_t login_failures;        /* failures in a row before a wait */
	int64_t login_wait;            /* the first wait */
	int64_t login_wait_max;
	int64_t peer_attempts;         /* logins a minute from a peer */
	int64_t peer_letters;          /* reset, resend: a minute from a peer */
	int64_t address_letters;       /* letters an hour to an address */
	int64_t address_interval;      /* between two letters to an address */
	config_list trusted_proxies;

	/* accounts */
	enum registration_mode registration;
	enum registration_conflict registration_conflict;
	bool send_activation_email;    /* no: accounts are activated at once */
	bool user_create_password_retype;
	bool set_password_retype;
	bool password_reset_confirm_retype;
	bool set_username_retype;
	bool username_reset_confirm_retype;
	bool logout_on_password_change; /* no: the own session stays */
	int64_t activation_lifetime;
	int64_t reset_lifetime;
	int64_t email_lifetime;        /* of the link that confirms an address */
	int64_t email_undo_lifetime;
	int64_t invitation_lifetime;
	const char *totp_key;          /* a file; "": no two-step login */
	const char *breached_passwords; /* a file of hash prefixes */
	int64_t unverified_lifetime;
	int64_t audit_retention;
	config_list reserved_usernames;

	/* letters */
	const char *public_url;        /* without a slash at the end */
	const char *site_name;
	const char *activation_url;    /* with {uid} and {token} */
	const char *password_reset_confirm_url;
	const char *username_reset_confirm_url;
	const char *email_confirm_url;
	const char *email_undo_url;
	const char *invitation_url;    /* with {email} and {token} */
	bool login_notice;             /* a letter at a login from elsewhere */
	const char *mail_language;     /* a folder in mail_templates; "" */
	enum mail_delivery mail_delivery;
	const char *mail_command;      /* postern, for DELIVERY_SPAWN; "" */
	const char *mail_from;
	enum mail_transport mail_transport;
	const char *sendmail;          /* a program */
	const char *smtp_url;          /* smtp:// or smtps:// */
	const char *smtp_user;
	const char *smtp_password;     /* a file */
	bool smtp_starttls;            /* required on smtp:// */
	const char *mail_folder;
	const char *mail_templates;    /* a folder */

	/* hooks: addresses */
	const char *on_login;
	const char *on_login_failed;
	const char *on_reuse;
	const char *on_register;
	const char *on_password_changed;
	const char *hook_key;          /* a file */

	/* the server */
	const char *database;          /* a libpq connection string */
	bool prepared_statements;
	bool database_roles;           /* each program as its own */
	config_list cors_allowed_origins;
	int64_t time_limit;
	int64_t body_limit;            /* bytes */
	const char *log;
	/* clang-format on */
};

/*
 * Reads the file and the environment into a struct config in the arena.
 * Relative file names in it are looked for in $CREDENTIALS_DIRECTORY, in
 * /run/secrets and beside the configuration, in this order.
 * Returns NULL when something is wrong and sets *problems (in the arena): a
 * line for each, "FILE:LINE: NAME: what is wrong; what is allowed".
 */
const struct config *config_load(struct arena *arena, const char *path,
    char *const *environment, const char **problems);

/*
 * Where a setting is set: "FILE:LINE" or "environment"; FILE where it is not.
 */
const char *config_where(const struct config *config, const char *setting);

/*
 * Returns the path of the configuration: `parameter` unless NULL or empty,
 * else POSTERN_CONFIG of the environment, else the default.
 */
const char *config_path(const char *parameter);

/*
 * Calls each(context, name, default, help) for every setting, in the order of
 * the table.
 */
void config_describe(void (*each)(void *context, const char *name,
			 const char *fallback, const char *help),
    void *context);

/*
 * Reads a file with a secret: a regular file that others can neither read nor
 * write, of at most `limit` bytes. One newline at the end does not count.
 * Returns the bytes in guarded memory (secret_free) with a NUL behind them
 * and sets *size; NULL and sets *problem (in the arena) when it cannot.
 */
char *config_read_secret(struct arena *arena, const char *path, size_t limit,
    size_t *size, const char **problem);

/* Returns true when a connection string holds a password. */
bool config_has_password(const char *conninfo);

/* Returns the enum user_column of a name, -1 when there is none. */
int config_column(const char *name);

/* Returns true when a custom claim carries the column. */
bool config_claims_column(const struct config *config, enum user_column column);

/* Returns true when somebody is told of anything by on_... */
bool config_has_hooks(const struct config *config);

/* Returns the name of an algorithm as RFC 7518 section 3.1 has it. */
const char *config_algorithm(enum algorithm algorithm);

/* Returns the enum algorithm of a name, -1 when there is none. */
int config_algorithm_named(const char *name);
