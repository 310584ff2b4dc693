/* password_foreign_phpass.c - the hashes of WordPress and phpBB. */
#include <string.h>

#include "password_foreign.h"
#include "password_foreign_digest.h"
#include "secret.h"

#define ROUNDS_LEAST 7 /* as a power of 2; phpass allows 7 to 30 */
#define ROUNDS_MOST 24
#define SALT_SIZE 8
#define TEXT_SIZE 22 /* 16 bytes, six bits each */
#define WORDPRESS_KEY "wp-sha384"

static int rounds_of(char c)
{
	const char *at = c != '\0' ? strchr(foreign_itoa64, c) : NULL;

	return at != NULL ? (int)(at - foreign_itoa64) : 0;
}

bool foreign_phpass_is_sound(const char *rest)
{
	const struct piece text = { rest, strlen(rest) };
	int rounds = rounds_of(rest[0]);

	return foreign_is_of(text, 1 + SALT_SIZE + TEXT_SIZE, foreign_itoa64) &&
	    rounds >= ROUNDS_LEAST && rounds <= ROUNDS_MOST;
}

/* Six bits a character, the lowest first. */
static void encode(const unsigned char hash[DIGEST_MD5_SIZE], char *text)
{
	unsigned bits = 0, count = 0;

	for (size_t i = 0; i < DIGEST_MD5_SIZE; i++) {
		bits |= (unsigned)hash[i] << count;
		for (count += 8; count >= 6; count -= 6, bits >>= 6)
			*text++ = foreign_itoa64[bits & 63];
	}
	*text++ = foreign_itoa64[bits & 63];
	*text = '\0';
}

bool foreign_phpass(const char *rest, const char *password)
{
	const struct piece salt = { rest + 1, SALT_SIZE };
	const struct piece stored = { rest + 1 + SALT_SIZE, TEXT_SIZE };
	unsigned char hash[DIGEST_MD5_SIZE];
	char text[TEXT_SIZE + 1];
	bool is_same = false;

	if (!digest_md5_rounds(
		salt, password, INT64_C(1) << rounds_of(rest[0]), hash))
		return false;
	encode(hash, text);
	is_same = foreign_is(stored, text);
	secret_wipe(hash, sizeof hash);
	secret_wipe(text, sizeof text);
	return is_same;
}

/* Of crypt(3)'s formats WordPress has this one alone. */
bool foreign_wordpress_is_sound(const char *rest)
{
	return strncmp(rest, "$2y$", 4) == 0 && foreign_crypt_is_sound(rest);
}

bool foreign_wordpress(const char *rest, const char *password)
{
	char text[DIGEST_TEXT_SIZE] = "";
	bool is_same =
	    digest_hmac_sha384_base64(WORDPRESS_KEY, password, text) &&
	    foreign_crypt(rest, text);

	secret_wipe(text, sizeof text);
	return is_same;
}

bool foreign_bcrypt_sha256(const char *stored, const char *password)
{
	const struct piece none = { "", 0 };
	unsigned char hash[DIGEST_SHA256_SIZE];
	char text[DIGEST_TEXT_SIZE] = "";
	bool is_same = false;

	if (!digest_salted(DIGEST_SHA256, none, password, hash))
		return false;
	digest_hex(hash, sizeof hash, text);
	is_same = foreign_crypt(stored, text);
	secret_wipe(hash, sizeof hash);
	secret_wipe(text, sizeof text);
	return is_same;
}
