/* totp.c - one-time codes by time. */
#include "totp.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <liboath/oath.h>

#include "log.h"
#include "secret.h"

/* In a time that does not depend on where they differ. */
static bool is_same(const char *a, const char *b)
{
	unsigned difference = 0;

	for (size_t i = 0; i < TOTP_DIGITS; i++)
		difference |= (unsigned)(unsigned char)a[i] ^
		    (unsigned)(unsigned char)b[i];
	return difference == 0;
}

bool totp_matches(const unsigned char *secret, size_t size, const char *code,
    int64_t now, int64_t *step)
{
	char expected[TOTP_DIGITS + 1] = "";
	int64_t current = now / TOTP_STEP;
	bool is_found = false;

	if (strlen(code) != TOTP_DIGITS || oath_init() != OATH_OK)
		return false;
	for (int64_t i = current - TOTP_WINDOW; i <= current + TOTP_WINDOW;
	     i++) {
		if (i < 0 ||
		    oath_totp_generate((const char *)secret, size,
			(time_t)(i * TOTP_STEP), TOTP_STEP,
			OATH_TOTP_DEFAULT_START_TIME, TOTP_DIGITS,
			expected) != OATH_OK)
			continue;
		if (is_same(expected, code)) {
			is_found = true;
			*step = i;
		}
	}
	secret_wipe(expected, sizeof expected);
	return is_found;
}

char *totp_base32(struct arena *arena, const void *bytes, size_t size)
{
	char *text = NULL, *copy = NULL;
	size_t length = 0;

	if (oath_base32_encode(bytes, size, &text, &length) != OATH_OK)
		log_fatal("memory: there is none left");
	copy = arena_copy(arena, text, strcspn(text, "="));
	secret_wipe(text, length);
	free(text);
	return copy;
}

/* RFC 3986 section 2.1; what is not unreserved is encoded. */
static char *percent_encoded(struct arena *arena, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	char *encoded = arena_alloc(arena, 3 * strlen(text) + 1);
	char *to = encoded;

	for (const char *c = text; *c != '\0'; c++) {
		unsigned byte = (unsigned char)*c;

		if (byte < 0x80 &&
		    (isalnum((int)byte) || strchr("-._~", *c) != NULL)) {
			*to++ = *c;
		} else {
			*to++ = '%';
			*to++ = digits[byte >> 4];
			*to++ = digits[byte & 15];
		}
	}
	return encoded;
}

/* The format allows no colon in the name of the issuer. */
static const char *issuer_of(struct arena *arena, const char *issuer)
{
	char *copy = arena_string(arena, issuer);

	for (char *c = copy; *c != '\0'; c++)
		if (*c == ':')
			*c = ' ';
	return percent_encoded(arena, copy);
}

char *totp_uri(struct arena *arena, const char *issuer, const char *username,
    const char *secret)
{
	const char *from = issuer_of(arena, issuer);
	bool is_named = *from != '\0';

	return arena_printf(arena,
	    "otpauth://totp/%s%s%s?secret=%s%s%s&algorithm=SHA1&digits=%d"
	    "&period=%d",
	    from, is_named ? ":" : "", percent_encoded(arena, username), secret,
	    is_named ? "&issuer=" : "", from, TOTP_DIGITS, TOTP_STEP);
}
