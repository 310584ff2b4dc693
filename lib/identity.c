/*
 * identity.c - usernames in the form in which they are shown and in the form in
 * which they are compared.
 */
#include "identity.h"

#include <stdlib.h>
#include <string.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "address.h"
#include "log.h"
#include "secret.h"

#define GROUP_MAX 150

#define LETTERS (UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M)

static const uint8_t *bytes_of(const char *text)
{
	return (const uint8_t *)text;
}

/* Moves what libunistring allocated to the arena. */
static char *keep(struct arena *arena, uint8_t *bytes, size_t size)
{
	char *text = NULL;

	if (bytes == NULL)
		log_fatal("memory: there is none left");
	text = arena_copy(arena, bytes, size);
	secret_wipe(bytes, size);
	free(bytes);
	return text;
}

static char *normalise(struct arena *arena, const char *text)
{
	size_t size = 0;
	uint8_t *bytes = u8_normalize(
	    UNINORM_NFKC, bytes_of(text), strlen(text), NULL, &size);

	return keep(arena, bytes, size);
}

bool identity_is_utf8(const char *text)
{
	return u8_check(bytes_of(text), strlen(text)) == NULL;
}

bool identity_is_plain(const char *text)
{
	const uint8_t *next = bytes_of(text);
	ucs4_t c = 0;

	if (!identity_is_utf8(text))
		return false;
	while ((next = u8_next(&c, next)) != NULL)
		if (c < 0x20 || (c >= 0x7f && c < 0xa0))
			return false;
	return true;
}

bool identity_is_name(const char *text)
{
	const uint8_t *next = bytes_of(text);
	ucs4_t c = 0;

	if (!identity_is_plain(text))
		return false;
	while ((next = u8_next(&c, next)) != NULL)
		if (uc_is_property_bidi_control(c))
			return false;
	return true;
}

bool identity_is_subject(const char *text)
{
	size_t length = strlen(text);

	return length > 0 && length <= SUBJECT_MAX &&
	    strspn(text,
		"abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789._@+-") == length;
}

bool identity_is_own_path(const char *subject)
{
	/* clang-format off */
	static const char *const others[] = {
		".", "..", "activation", "me", "resend_activation",
		"reset_password", "reset_password_confirm", "reset_username",
		"reset_username_confirm", "set_password", "set_username",
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strcmp(others[i], subject) == 0)
			return false;
	return true;
}

bool identity_is_group(const char *text, size_t length)
{
	return length > 0 && length <= GROUP_MAX && text[0] != ' ' &&
	    text[length - 1] != ' ' &&
	    strspn(text,
		"abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789@.+_- ") >= length;
}

/* The first code point of text that may not be UTF-8; returns its bytes. */
static size_t decode(const uint8_t *bytes, size_t size, ucs4_t *character)
{
	int length = u8_mbtoucr(character, bytes, size);

	if (length > 0)
		return (size_t)length;
	/* The range of lone surrogates, which no valid text contains. */
	*character = 0xdc00U + bytes[0];
	return 1;
}

size_t identity_length(const char *text)
{
	const uint8_t *bytes = bytes_of(text);
	size_t left = strlen(text), length = 0;
	ucs4_t character = 0;

	for (; left > 0; length++) {
		size_t step = decode(bytes, left, &character);

		bytes += step;
		left -= step;
	}
	return length;
}

static bool is_alphanumeric(ucs4_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z');
}

/* Beyond ASCII: of the categories, and something to see. */
static bool is_visible(ucs4_t c, uint32_t categories)
{
	return c >= 0x80 && uc_is_general_category_withtable(c, categories) &&
	    !uc_is_property_default_ignorable_code_point(c);
}

static bool is_username_character(ucs4_t c)
{
	if (c < 0x80)
		return is_alphanumeric(c) || strchr("@.+-_", (int)c) != NULL;
	return is_visible(c, LETTERS | UC_CATEGORY_MASK_Nd);
}

static bool has_script(const char *const *names, const char *name)
{
	for (; *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

/* One script, or a combination that writes Chinese, Japanese or Korean. */
static bool is_of_one_script(const char *text)
{
	static const char *const together[3][5] = {
		{ "Latin", "Han", "Hiragana", "Katakana", NULL },
		{ "Latin", "Han", "Bopomofo", NULL },
		{ "Latin", "Han", "Hangul", NULL },
	};
	static const char *const neutral[] = { "Common", "Inherited", NULL };
	bool fits[3] = { true, true, true }, single = true;
	const uc_script_t *first = NULL;
	const uint8_t *next = bytes_of(text);
	ucs4_t c = 0;

	while ((next = u8_next(&c, next)) != NULL) {
		const uc_script_t *script = uc_script(c);

		if (script == NULL)
			return false;
		if (has_script(neutral, script->name))
			continue;
		if (first == NULL)
			first = script;
		single = single && script == first;
		for (size_t i = 0; i < 3; i++)
			fits[i] =
			    fits[i] && has_script(together[i], script->name);
	}
	return single || fits[0] || fits[1] || fits[2];
}

const char *identity_username(struct arena *arena, const char *text)
{
	const char *shown = NULL;
	const uint8_t *next = NULL;
	bool has_name = false;
	ucs4_t c = 0;

	if (!identity_is_utf8(text))
		return NULL;
	shown = normalise(arena, text);
	next = bytes_of(shown);
	while ((next = u8_next(&c, next)) != NULL) {
		if (!is_username_character(c))
			return NULL;
		has_name = has_name ||
		    uc_is_general_category_withtable(
			c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_Nd);
	}
	if (!has_name || identity_length(shown) > USERNAME_MAX ||
	    !is_of_one_script(shown))
		return NULL;
	return shown;
}

const char *identity_canonical(struct arena *arena, const char *text)
{
	size_t size = 0;
	uint8_t *bytes = NULL;

	if (!identity_is_utf8(text))
		return NULL;
	bytes = u8_casefold(
	    bytes_of(text), strlen(text), NULL, UNINORM_NFKC, NULL, &size);
	return keep(arena, bytes, size);
}

bool identity_is_reserved(const char *canonical, const char *const *more)
{
	/* clang-format off */
	static const char *const names[] = {
		"abuse", "account", "accounts", "admin", "administrator",
		"anonymous", "api", "auth", "billing", "contact", "daemon",
		"everyone", "ftp", "guest", "help", "helpdesk", "host",
		"hostmaster", "info", "localhost", "login", "logout", "mail",
		"mailer-daemon", "me", "moderator", "news", "no-reply",
		"nobody", "none", "noreply", "null", "operator", "owner",
		"postern", "postmaster", "register", "root", "sales",
		"security", "self", "staff", "superuser", "support", "sysadmin",
		"system", "undefined", "user", "users", "webmaster", "www",
	};
	/* clang-format on */
	int order = 0;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], canonical) == 0)
			return true;
	for (; more != NULL && *more != NULL; more++)
		if (u8_casecmp(bytes_of(*more), strlen(*more),
			bytes_of(canonical), strlen(canonical), NULL,
			UNINORM_NFKC, &order) == 0 &&
		    order == 0)
			return true;
	return false;
}

uint32_t *identity_lower(struct arena *arena, const char *text, size_t *length)
{
	const uint8_t *bytes = bytes_of(text);
	size_t left = strlen(text), count = 0;
	/* Lower case of one code point is at most two. */
	size_t room = 2 * left + 1;
	uint32_t *points = arena_alloc(arena, room * sizeof *points);
	uint32_t *lower = arena_alloc(arena, room * sizeof *lower);
	uint32_t *result = NULL;

	while (left > 0) {
		size_t step = decode(bytes, left, &points[count++]);

		bytes += step;
		left -= step;
	}
	*length = room;
	result = u32_tolower(points, count, NULL, NULL, lower, length);
	if (result != lower)
		log_fatal("memory: a text cannot be put in lower case");
	return result;
}

bool identity_is_word(uint32_t c)
{
	return c == '_' ||
	    uc_is_general_category_withtable(
		c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N);
}

bool identity_is_digit(uint32_t c)
{
	return uc_digit_value(c) >= 0;
}

bool identity_is_space(uint32_t c)
{
	return uc_is_property_white_space(c) || (c >= 0x1c && c <= 0x1f);
}

const char *identity_trim(const char *text, size_t *size)
{
	const uint8_t *next = bytes_of(text), *begin = NULL, *end = NULL;
	ucs4_t c = 0;

	*size = strlen(text);
	if (!identity_is_utf8(text))
		return text;
	for (const uint8_t *at = next; (next = u8_next(&c, at)) != NULL;
	     at = next) {
		if (identity_is_space(c))
			continue;
		begin = begin != NULL ? begin : at;
		end = next;
	}
	*size = begin != NULL ? (size_t)(end - begin) : 0;
	return begin != NULL ? (const char *)begin : text;
}

bool identity_is_own_name(
    struct arena *arena, const char *username, const char *address)
{
	return strchr(username, '@') == NULL ||
	    strcmp(identity_canonical(arena, username),
		address_canonical(arena, address)) == 0;
}
