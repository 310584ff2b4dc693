/* config_settings.c - the table of settings, and how a value is read. */
#include "config_settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "peer.h"

static const char *const algorithms[] = { "HS256", "HS384", "HS512", "RS256",
	"RS384", "RS512", "ES256", "ES384", "ES512", NULL };
static const char *const access_checks[] = { "user", "stateless", "session",
	NULL };
static const char *const conflicts[] = { "hide", "reveal", NULL };
static const char *const transports[] = { "sendmail", "smtp", "folder", NULL };

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

/* clang-format off */
#define AT(field) offsetof(struct config, field)
#define TEXT(n, d, c, h) { #n, SETTING_TEXT, AT(n), d, h, 0, 0, NULL, c }
#define SECRET(n, h) { #n, SETTING_FILE, AT(n), "", h, 0, 0, NULL, NULL }
#define PATH(n, d, h) { #n, SETTING_PATH, AT(n), d, h, 0, 0, NULL, NULL }
#define LIST(n, c, h) { #n, SETTING_LIST, AT(n), "", h, 0, 0, NULL, c }
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

CHOICE(algorithm, "HS256", algorithms, "how tokens are signed"),
SECRET(signing_key, "file of the key that signs"),
SECRET(verifying_key, "file of the public key (RS, ES)"),
DURATION(access_token_lifetime, "5m", 1, YEAR, "life of an access token"),
DURATION(refresh_token_lifetime, "1d", 1, 10 * YEAR, "life of a refresh token"),
SWITCH(rotate_refresh_tokens, "no", "a refresh gives a new refresh token"),
SWITCH(blacklist_after_rotation, "yes", "the old one is refused then"),
SWITCH(update_last_login, "no", "a login is noted in the user's row"),
SWITCH(check_user_is_active, "yes", "accounts must be activated"),
DURATION(leeway, "0s", 0, 60, "tolerated between clocks"),
TEXT(issuer, "", NULL, "claim iss of tokens"),
LIST(audience, NULL, "claim aud of tokens"),

CHOICE(access_check, "user", access_checks,
	"what a protected endpoint asks the database for"),
DURATION(rotation_grace, "10s", 0, 300, "the previous refresh token still works"),
DURATION(session_lifetime, "30d", 1, 10 * YEAR, "longest age of a rotated session"),

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

CHOICE(registration_conflict, "hide", conflicts,
	"tell that an address has an account?"),
DURATION(activation_lifetime, "72h", 60, 30 * DAY, "life of an activation link"),
DURATION(reset_lifetime, "1h", 60, 7 * DAY, "life of a reset link"),
DURATION(unverified_lifetime, "7d", 3600, YEAR, "accounts never activated"),
DURATION(audit_retention, "365d", 31 * DAY, 100 * YEAR, "entries of the audit log"),
LIST(reserved_usernames, NULL, "names nobody can register, beside the usual"),

TEXT(public_url, "", check_url, "where the site is, for links in letters"),
TEXT(site_name, "", NULL, "how letters call the site"),
TEXT(activation_url, "activate.html#uid={uid}&token={token}", check_link,
	"page of the activation link"),
TEXT(password_reset_confirm_url, "reset.html#uid={uid}&token={token}",
	check_link, "page of the reset link"),
TEXT(mail_from, "", NULL, "sender of letters"),
CHOICE(mail_transport, "sendmail", transports, "how letters leave"),
PATH(sendmail, "/usr/sbin/sendmail", "program"),
TEXT(smtp_url, "", check_smtp, "smtp://HOST:PORT or smtps://HOST:PORT"),
TEXT(smtp_user, "", NULL, "user of the SMTP server"),
SECRET(smtp_password, "file of its password"),
SWITCH(smtp_starttls, "yes", "TLS is required on smtp://"),
PATH(mail_folder, "", "folder for mail_transport = folder"),
PATH(mail_templates, "", "folder of the letters' templates"),

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

/*
 * Reads a whole number and its unit. Returns false when there is something
 * else or it is out of the setting's range.
 */
static bool read_number(const struct setting *setting, const char *value,
    const char *units, const int64_t *factors, int64_t *number)
{
	char *end = NULL;
	const char *unit = NULL;
	long long given = 0;

	if (value[0] < '0' || value[0] > '9')
		return false;
	errno = 0;
	given = strtoll(value, &end, 10);
	if (errno != 0 || given > setting->max)
		return false;
	if (*end != '\0') {
		unit = strchr(units, *end);
		if (unit == NULL || end[1] != '\0')
			return false;
		given *= factors[unit - units];
	}
	*number = given;
	return given >= setting->min && given <= setting->max;
}

static const char *range(struct arena *arena, const struct setting *setting,
    const char *value, const char *what)
{
	return arena_printf(arena,
	    "\"%s\" is not %s from %lld to %lld; allowed: %s such as %s", value,
	    what, (long long)setting->min, (long long)setting->max,
	    setting->kind == SETTING_NUMBER     ? "a whole number"
		: setting->kind == SETTING_SIZE ? "bytes, or with k or M,"
						: "a number with s, m, h or d",
	    setting->fallback);
}

static const char *set_choice(struct arena *arena, int *field,
    const char *const *choices, const char *value)
{
	const char *allowed = choices[0];

	for (int i = 0; choices[i] != NULL; i++) {
		if (strcmp(choices[i], value) == 0) {
			*field = i;
			return NULL;
		}
		if (i > 0)
			allowed =
			    arena_printf(arena, "%s, %s", allowed, choices[i]);
	}
	return arena_printf(
	    arena, "\"%s\" is unknown; allowed: %s", value, allowed);
}

static const char *set_switch(
    struct arena *arena, bool *field, const char *value)
{
	static const char *const words[] = { "no", "yes", "off", "on", "false",
		"true" };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcasecmp(value, words[i]) == 0) {
			*field = i % 2 == 1;
			return NULL;
		}
	return arena_printf(
	    arena, "\"%s\" is not a switch; allowed: yes, no", value);
}

static const char *set_list(struct arena *arena, config_list *field,
    const struct setting *setting, const char *value)
{
	size_t count = 0;
	const char **list = NULL;

	for (const char *c = value; *c != '\0'; c++)
		count += *c == ',';
	list = arena_alloc(arena, (count + 2) * sizeof *list);
	count = 0;
	while (*value != '\0') {
		size_t length = strcspn(value, ",");
		size_t end = length, start = strspn(value, " \t");

		while (end > start && strchr(" \t", value[end - 1]) != NULL)
			end--;
		if (end > start) {
			const char *fault = NULL;

			list[count] =
			    arena_copy(arena, value + start, end - start);
			if (setting->check != NULL)
				fault = setting->check(list[count]);
			if (fault != NULL)
				return arena_printf(
				    arena, "\"%s\": %s", list[count], fault);
			count++;
		}
		value += length + (value[length] == ',');
	}
	*field = list;
	return NULL;
}

static const char *directory_of(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return ".";
	return arena_copy(arena, path, (size_t)(slash - path));
}

static const char *resolve(struct arena *arena, const struct config *config,
    const struct setting *setting, const char *value)
{
	const char *folders[2] = { getenv("CREDENTIALS_DIRECTORY"),
		"/run/secrets" };

	if (value[0] == '\0' || value[0] == '/')
		return arena_string(arena, value);
	for (size_t i = 0; setting->kind == SETTING_FILE && i < 2; i++) {
		const char *path = NULL;

		if (folders[i] == NULL)
			continue;
		path = arena_printf(arena, "%s/%s", folders[i], value);
		if (access(path, F_OK) == 0)
			return path;
	}
	return arena_printf(
	    arena, "%s/%s", directory_of(arena, config->path), value);
}

const char *config_set(struct arena *arena, struct config *config,
    const struct setting *setting, const char *value)
{
	static const int64_t seconds[] = { 1, 60, 3600, DAY };
	static const int64_t bytes[] = { 1024, MIB };
	void *field = (char *)config + setting->offset;

	switch (setting->kind) {
	case SETTING_TEXT:
		*(const char **)field = arena_string(arena, value);
		return setting->check ? setting->check(value) : NULL;
	case SETTING_FILE:
	case SETTING_PATH:
		*(const char **)field = resolve(arena, config, setting, value);
		return NULL;
	case SETTING_LIST:
		return set_list(arena, field, setting, value);
	case SETTING_SWITCH:
		return set_switch(arena, field, value);
	case SETTING_CHOICE:
		return set_choice(arena, field, setting->choices, value);
	case SETTING_DURATION:
		return read_number(setting, value, "smhd", seconds, field)
		    ? NULL
		    : range(arena, setting, value, "a time in seconds");
	case SETTING_SIZE:
		return read_number(setting, value, "kM", bytes, field)
		    ? NULL
		    : range(arena, setting, value, "a size");
	case SETTING_NUMBER:
		return read_number(setting, value, "", seconds, field)
		    ? NULL
		    : range(arena, setting, value, "a whole number");
	}
	return "this kind of setting is unknown";
}

const char *config_contradiction(const struct config *config)
{
	if (config->mail_transport == MAIL_SMTP && config->smtp_url[0] == '\0')
		return "mail_transport: smtp needs smtp_url; allowed: "
		       "smtp://HOST:PORT or smtps://HOST:PORT";
	if (config->mail_transport == MAIL_FOLDER &&
	    config->mail_folder[0] == '\0')
		return "mail_transport: folder needs mail_folder; allowed: the "
		       "name of a folder";
	if (config->login_wait > config->login_wait_max)
		return "login_wait: it is longer than login_wait_max; allowed: "
		       "at most as long";
	return NULL;
}
