/* config_settings.c - the table of settings. */
#include "config_settings.h"

#include <string.h>
#include <strings.h>

#include "peer.h"

static const char *const algorithms[] = { "HS256", "HS384", "HS512", "RS256",
	"RS384", "RS512", "ES256", "ES384", "ES512", NULL };
static const char *const access_checks[] = { "user", "stateless", "session",
	NULL };
static const char *const registrations[] = { "open", "closed", "invitation",
	NULL };
static const char *const deliveries[] = { "worker", "cron", "spawn", NULL };
static const char *const conflicts[] = { "hide", "reveal", NULL };
static const char *const transports[] = { "sendmail", "smtp", "folder", NULL };
static const char *const token_transports[] = { "body", "cookie", "both",
	NULL };
static const char *const samesites[] = { "lax", "strict", "none", NULL };
static const char *const id_columns[] = { "subject", "username", "email",
	NULL };
static const char *const login_fields[] = { "username", "email", "either",
	NULL };
static const char *const user_columns[] = { "id", "username", "email",
	"first_name", "last_name", "groups", "is_staff", NULL };

#define NAME_CHARACTERS \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

static const char *check_log(const char *value)
{
	if (strcmp(value, "stderr") == 0 || strcmp(value, "syslog") == 0 ||
	    value[0] == '/')
		return NULL;
	return "allowed: stderr, syslog, or a file's absolute name";
}

static const char *check_url(const char *value)
{
	size_t length = strlen(value);

	if (length == 0)
		return NULL;
	if ((strncmp(value, "http://", 7) != 0 &&
		strncmp(value, "https://", 8) != 0) ||
	    value[length - 1] == '/' || strpbrk(value, " <>\"#?\\") != NULL)
		return "allowed: http:// or https://, a host, and perhaps a "
		       "path, without a slash at the end";
	return NULL;
}

/* A letter's link carries its ticket in the fragment: no log ever sees it. */
static const char *check_link(const char *value)
{
	const char *fragment = strchr(value, '#');

	if (fragment == NULL || strstr(fragment, "{uid}") == NULL ||
	    strstr(fragment, "{token}") == NULL)
		return "allowed: an address whose part after # holds {uid} "
		       "and {token}";
	return NULL;
}

static const char *check_invitation(const char *value)
{
	const char *fragment = strchr(value, '#');

	return fragment != NULL && strstr(fragment, "{email}") != NULL &&
		strstr(fragment, "{token}") != NULL
	    ? NULL
	    : "allowed: an address whose part after # holds {email} and {token}";
}

static const char *check_language(const char *value)
{
	return value[strspn(value, NAME_CHARACTERS)] == '\0'
	    ? NULL
	    : "allowed: the name of a folder such as de";
}

static const char *check_smtp(const char *value)
{
	if (strchr(value, '@') == NULL &&
	    (value[0] == '\0' || strncmp(value, "smtp://", 7) == 0 ||
		strncmp(value, "smtps://", 8) == 0))
		return NULL;
	return "allowed: smtp://HOST:PORT or smtps://HOST:PORT; the user "
	       "stands in smtp_user, the password in the file smtp_password";
}

static const char *check_origin(const char *value)
{
	const char *authority = strstr(value, "://");

	if ((strncmp(value, "http://", 7) == 0 ||
		strncmp(value, "https://", 8) == 0) &&
	    authority[3] != '\0' && strpbrk(authority + 3, "/*?# ,") == NULL)
		return NULL;
	return "allowed: exact origins such as https://www.example.org";
}

static const char *check_proxy(const char *value)
{
	return peer_is_block(value)
	    ? NULL
	    : "allowed: addresses and blocks such as 10.0.0.0/8";
}

/* RFC 7230 section 3.2.6, or as CGI and Simple JWT write it. */
static const char *check_header(const char *value)
{
	const char *name = strncmp(value, "HTTP_", 5) == 0 ? value + 5 : value;

	/* Cookies have settings of their own, and a guard. */
	return name[0] != '\0' && strcasecmp(name, "cookie") != 0 &&
		name[strspn(name, NAME_CHARACTERS)] == '\0'
	    ? NULL
	    : "allowed: the name of a header such as HTTP_AUTHORIZATION or "
	      "X-Access-Token, but not Cookie";
}

static const char *check_scheme(const char *value)
{
	return value[strspn(value, NAME_CHARACTERS)] == '\0'
	    ? NULL
	    : "allowed: words such as Bearer, JWT";
}

const char *config_check_claim(const char *value)
{
	return value[0] != '\0' && strlen(value) <= CLAIM_NAME_MAX &&
		value[strspn(value, NAME_CHARACTERS ".:/")] == '\0'
	    ? NULL
	    : "allowed: a name of letters, digits and _ - . : /";
}

static const char *check_token_class(const char *value)
{
	return strcmp(value, "access") == 0 || strcmp(value, "sliding") == 0
	    ? NULL
	    : "allowed: access, sliding";
}

const char *config_check_group(const char *value)
{
	return value[strspn(value, NAME_CHARACTERS "@.+ ")] == '\0'
	    ? NULL
	    : "allowed: names of groups: letters, digits, blanks and @ . + - _";
}

static const char *check_column(const char *value)
{
	return config_column(value) >= 0
	    ? NULL
	    : "allowed: id, username, email, first_name, last_name, groups, "
	      "is_staff";
}

/* It is written into a header, with more behind it. */
static const char *check_sign_in(const char *value)
{
	bool is_path = value[0] == '/' && value[1] != '/';
	bool is_url = strncmp(value, "https://", 8) == 0 ||
	    strncmp(value, "http://", 7) == 0;

	for (const char *c = value; *c != '\0'; c++)
		if (*c <= ' ' || *c > '~' || strchr("\"#<>\\", *c) != NULL)
			is_path = is_url = false;
	return is_path || is_url || value[0] == '\0'
	    ? NULL
	    : "allowed: a path such as /signin.html or an address with "
	      "https://, without blanks and #";
}

/* Whether the address is at this host: a port, a path or nothing follows, and no
 * @, which would make a user of what looks like the host. */
static bool is_at(const char *url, const char *host)
{
	size_t length = strlen(host);

	if (strncmp(url, host, length) != 0)
		return false;
	url += length;
	if (*url == ':')
		url += 1 + strspn(url + 1, "0123456789");
	return *url == '\0' || *url == '/' || *url == '?';
}

/* What is sent is signed, not sealed: plain HTTP stays on this machine. */
static const char *check_hook(const char *value)
{
	if (strpbrk(value, " \t\r\n\"<>\\") != NULL)
		return "allowed: an address without blanks";
	if (value[0] == '\0' || is_at(value, "http://localhost") ||
	    is_at(value, "http://127.0.0.1") || is_at(value, "http://[::1]"))
		return NULL;
	if (strncmp(value, "https://", 8) == 0 && value[8] != '\0' &&
	    strchr("/:?#@", value[8]) == NULL)
		return NULL;
	return "allowed: an https:// address, or an http:// one of this machine";
}

/* clang-format off */
#define AT(field) offsetof(struct config, field)
#define TEXT(n, d, c, h) { #n, SETTING_TEXT, AT(n), d, h, 0, 0, NULL, c }
#define SECRET(n, h) { #n, SETTING_FILE, AT(n), "", h, 0, 0, NULL, NULL }
#define PATH(n, d, h) { #n, SETTING_PATH, AT(n), d, h, 0, 0, NULL, NULL }
#define LIST_OF(n, d, c, h) { #n, SETTING_LIST, AT(n), d, h, 0, 0, NULL, c }
#define LIST(n, c, h) LIST_OF(n, "", c, h)
#define CLAIM(n, d, h) TEXT(n, d, config_check_claim, h)
#define SWITCH(n, d, h) { #n, SETTING_SWITCH, AT(n), d, h, 0, 0, NULL, NULL }
#define DURATION(n, d, lo, hi, h) \
	{ #n, SETTING_DURATION, AT(n), d, h, lo, hi, NULL, NULL }
#define NUMBER(n, d, lo, hi, h) \
	{ #n, SETTING_NUMBER, AT(n), d, h, lo, hi, NULL, NULL }
#define SIZE(n, d, lo, hi, h) \
	{ #n, SETTING_SIZE, AT(n), d, h, lo, hi, NULL, NULL }
#define CHOICE(n, d, l, h) { #n, SETTING_CHOICE, AT(n), d, h, 0, 0, l, NULL }
#define DAY INT64_C(86400)
#define YEAR (366 * DAY)
#define MIB (INT64_C(1) << 20)

const struct setting config_settings[] = {
TEXT(database, "dbname=postern", NULL, "libpq connection string"),
SWITCH(prepared_statements, "yes", "no: behind PgBouncer in transaction mode"),
SWITCH(database_roles, "no", "each program connects as a role of its own"),

CHOICE(algorithm, "HS256", algorithms, "how tokens are signed"),
SECRET(signing_key, "file of the key that signs, or folder of a key ring"),
SECRET(verifying_key, "file of the public key (RS, ES)"),
PATH(jwks_file, "", "where the public keys are published"),
TEXT(jwk_url, "", check_hook, "JWK set of another issuer, for postern key import"),
DURATION(access_token_lifetime, "5m", 1, YEAR, "life of an access token"),
DURATION(refresh_token_lifetime, "1d", 1, 10 * YEAR, "life of a refresh token"),
SWITCH(rotate_refresh_tokens, "no", "a refresh gives a new refresh token"),
SWITCH(blacklist_after_rotation, "yes", "the old one is refused then"),
SWITCH(update_last_login, "no", "a login is noted in the user's row"),
SWITCH(check_user_is_active, "yes", "accounts must be activated"),
DURATION(leeway, "0s", 0, 60, "tolerated between clocks"),
TEXT(issuer, "", NULL, "claim iss of tokens"),
LIST(audience, NULL, "claim aud of tokens"),
LIST_OF(auth_header_types, "Bearer", check_scheme, "words before the token"),
TEXT(auth_header_name, "HTTP_AUTHORIZATION", check_header, "header of the token"),
CHOICE(user_id_field, "subject", id_columns, "what identifies a user in tokens"),
CLAIM(user_id_claim, "user_id", "claim that identifies the user"),
CLAIM(token_type_claim, "token_type", "claim that tells access from refresh"),
CLAIM(jti_claim, "jti", "claim that names the token"),
LIST_OF(auth_token_classes, "access", check_token_class,
	"tokens that protected endpoints take: access, sliding"),
DURATION(sliding_token_lifetime, "5m", 1, YEAR, "life of a sliding token"),
DURATION(sliding_token_refresh_lifetime, "1d", 1, 10 * YEAR,
	"how long a sliding token can be refreshed"),
CLAIM(sliding_token_refresh_exp_claim, "refresh_exp", "claim that says until when"),
SWITCH(check_revoke_token, "no", "tokens without revoke_token_claim are refused"),
CLAIM(revoke_token_claim, "epoch", "claim that a change of password makes stale"),
{ "claim.NAME", SETTING_CLAIMS, AT(claims), "",
	"column of the user that access tokens carry as NAME", 0, 0, user_columns,
	config_check_claim },

CHOICE(access_check, "user", access_checks,
	"what a protected endpoint asks the database for"),
DURATION(rotation_grace, "10s", 0, 300, "the previous refresh token still works"),
DURATION(session_lifetime, "30d", 1, 10 * YEAR, "longest age of a rotated session"),
DURATION(remember_token_lifetime, "0s", 0, 10 * YEAR,
	"life of the refresh token of a login with remember; 0s: as any other"),
NUMBER(session_limit, "0", 0, 100000, "sessions of a user; the oldest ends; 0: no limit"),
CHOICE(login_field, "username", login_fields, "what a user logs in with"),
LIST(obtain_response, check_column, "columns of the user in the answer to a login"),
LIST(require_group, config_check_group, "groups that protected endpoints ask for: one of them"),

LIST(gate_claims, config_check_claim, "claims that the gate hands on"),
TEXT(gate_login_url, "", check_sign_in, "sign-in page that the gate sends browsers to"),

CHOICE(token_transport, "body", token_transports, "how tokens reach the client"),
SWITCH(access_cookie, "no", "the access token is a cookie as well"),
CHOICE(cookie_samesite, "lax", samesites, "attribute SameSite of cookies"),

SIZE(password_memory, "19456k", 8192, 1024 * MIB, "memory of Argon2id"),
NUMBER(password_passes, "2", 1, 10, "passes of Argon2id"),
NUMBER(password_min_length, "8", 1, 64, "characters"),

SWITCH(throttle, "on", "off: no limits at all, for tests"),
NUMBER(login_failures, "5", 1, 1000, "failures in a row until an account waits"),
DURATION(login_wait, "1s", 1, 3600, "the first wait; it doubles"),
DURATION(login_wait_max, "15m", 1, DAY, "the longest wait"),
NUMBER(peer_attempts, "10", 1, 100000, "logins, and registrations, a minute from a peer"),
NUMBER(peer_letters, "3", 1, 100000, "letters a minute asked for by a peer"),
NUMBER(address_letters, "5", 1, 100000, "letters an hour to an address"),
DURATION(address_interval, "1m", 1, DAY, "between two letters to an address"),
LIST(trusted_proxies, check_proxy, "whose X-Forwarded-For counts"),

CHOICE(registration, "open", registrations, "who may register"),
CHOICE(registration_conflict, "hide", conflicts,
	"tell that an address has an account?"),
SWITCH(send_activation_email, "yes", "no: new accounts need no activation"),
SWITCH(user_create_password_retype, "no", "registration asks for re_password"),
SWITCH(set_password_retype, "no", "a change asks for re_new_password"),
SWITCH(password_reset_confirm_retype, "no", "a reset asks for re_new_password"),
SWITCH(set_username_retype, "no", "a change asks for re_new_username"),
SWITCH(username_reset_confirm_retype, "no", "a reset asks for re_new_username"),
SWITCH(logout_on_password_change, "yes", "no: the session of the change stays"),
DURATION(activation_lifetime, "72h", 60, 30 * DAY, "life of an activation link"),
DURATION(reset_lifetime, "1h", 60, 7 * DAY, "life of a reset link"),
DURATION(email_lifetime, "1h", 60, 7 * DAY, "life of a link to a new address"),
DURATION(email_undo_lifetime, "7d", 3600, 30 * DAY, "life of the way back"),
DURATION(invitation_lifetime, "7d", 3600, 90 * DAY, "life of an invitation"),
DURATION(unverified_lifetime, "7d", 3600, YEAR, "accounts never activated"),
DURATION(audit_retention, "365d", 31 * DAY, 100 * YEAR, "entries of the audit log"),
LIST(reserved_usernames, NULL, "names nobody can register, beside the usual"),
SECRET(totp_key, "file of the key that seals the secrets of two-step login"),
PATH(breached_passwords, "", "file of hashes of passwords that are known"),

TEXT(public_url, "", check_url, "where the site is, for links in letters"),
TEXT(site_name, "", NULL, "how letters call the site"),
TEXT(activation_url, "activate.html#uid={uid}&token={token}", check_link,
	"page of the activation link"),
TEXT(password_reset_confirm_url, "reset.html#uid={uid}&token={token}",
	check_link, "page of the reset link"),
TEXT(username_reset_confirm_url, "username.html#uid={uid}&token={token}",
	check_link, "page of the link to a new username"),
TEXT(email_confirm_url, "email.html#uid={uid}&token={token}",
	check_link, "page of the link to a new address"),
TEXT(email_undo_url, "undo.html#uid={uid}&token={token}",
	check_link, "page of the way back to the old address"),
TEXT(invitation_url, "register.html#email={email}&token={token}",
	check_invitation, "page of an invitation"),
SWITCH(login_notice, "no", "a letter tells of a login from elsewhere"),
TEXT(mail_from, "", NULL, "sender of letters"),
CHOICE(mail_transport, "sendmail", transports, "how letters leave"),
PATH(sendmail, "/usr/sbin/sendmail", "program"),
TEXT(smtp_url, "", check_smtp, "smtp://HOST:PORT or smtps://HOST:PORT"),
TEXT(smtp_user, "", NULL, "user of the SMTP server"),
SECRET(smtp_password, "file of its password"),
SWITCH(smtp_starttls, "yes", "TLS is required on smtp://"),
PATH(mail_folder, "", "folder for mail_transport = folder"),
PATH(mail_templates, "", "folder of the letters' templates"),
TEXT(mail_language, "", check_language, "folder in it, of a translation"),
CHOICE(mail_delivery, "worker", deliveries, "who delivers letters"),
PATH(mail_command, "", "the command postern, where spawn does not find it"),

TEXT(on_login, "", check_hook, "address that is told of logins"),
TEXT(on_login_failed, "", check_hook, "of logins that failed"),
TEXT(on_reuse, "", check_hook, "of a refresh token that came again"),
TEXT(on_register, "", check_hook, "of new accounts"),
TEXT(on_password_changed, "", check_hook, "of changed passwords"),
SECRET(hook_key, "file of the key that signs what is told"),

LIST(cors_allowed_origins, check_origin, "origins of other sites' pages"),
DURATION(time_limit, "10s", 2, 300, "longest time of a request"),
SIZE(body_limit, "64k", 1024, MIB, "longest body of a request"),
TEXT(log, "stderr", check_log, "stderr, syslog or a file"),
{ 0 },
};
/* clang-format on */

size_t config_settings_count(void)
{
	return sizeof config_settings / sizeof config_settings[0];
}

const char *config_algorithm(enum algorithm algorithm)
{
	return algorithms[algorithm];
}

int config_algorithm_named(const char *name)
{
	for (int i = 0; algorithms[i] != NULL; i++)
		if (strcmp(algorithms[i], name) == 0)
			return i;
	return -1;
}

int config_column(const char *name)
{
	for (int i = 0; user_columns[i] != NULL; i++)
		if (strcmp(user_columns[i], name) == 0)
			return i;
	return -1;
}

bool config_has_hooks(const struct config *config)
{
	return *config->on_login != '\0' || *config->on_login_failed != '\0' ||
	    *config->on_reuse != '\0' || *config->on_register != '\0' ||
	    *config->on_password_changed != '\0';
}

bool config_claims_column(const struct config *config, enum user_column column)
{
	for (const struct custom_claim *claim = config->claims;
	     claim->name != NULL; claim++)
		if (claim->column == column)
			return true;
	return false;
}
