/* password_foreign_django.c - hashes of Django's own formats. */
#include <string.h>

#include "password_foreign.h"
#include "password_foreign_digest.h"
#include "secret.h"

#define ITERATIONS_MAX 10000000
#define GIB ((int64_t)1024 * 1024 * 1024)
#define SCRYPT_TEXT_SIZE 88 /* 64 bytes as Base64 */
#define HEX "0123456789abcdef"

static bool pbkdf2_is_sound(const char *rest, size_t text_size)
{
	struct piece pieces[3];

	return foreign_split(rest, pieces, 3) &&
	    foreign_number(pieces[0], ITERATIONS_MAX) > 0 &&
	    foreign_is_of(pieces[2], text_size, foreign_base64);
}

static bool pbkdf2(
    enum digest digest, size_t size, const char *rest, const char *password)
{
	unsigned char hash[DIGEST_SIZE_MAX];
	char text[DIGEST_TEXT_SIZE] = "";
	struct piece pieces[3];
	bool is_same = false;

	if (!foreign_split(rest, pieces, 3) ||
	    !digest_pbkdf2(digest, pieces[1],
		foreign_number(pieces[0], ITERATIONS_MAX), password, hash))
		return false;
	digest_base64(hash, size, text);
	is_same = foreign_is(pieces[2], text);
	secret_wipe(hash, sizeof hash);
	secret_wipe(text, sizeof text);
	return is_same;
}

bool foreign_pbkdf2_sha1_is_sound(const char *rest)
{
	return pbkdf2_is_sound(rest, 28);
}

bool foreign_pbkdf2_sha1(const char *rest, const char *password)
{
	return pbkdf2(DIGEST_SHA1, DIGEST_SHA1_SIZE, rest, password);
}

bool foreign_pbkdf2_sha256_is_sound(const char *rest)
{
	return pbkdf2_is_sound(rest, 44);
}

bool foreign_pbkdf2_sha256(const char *rest, const char *password)
{
	return pbkdf2(DIGEST_SHA256, DIGEST_SHA256_SIZE, rest, password);
}

/* N, r and p; 128 N r bytes are one lane, RFC 7914 section 6. */
static bool scrypt_parameters(
    const struct piece pieces[5], int64_t parameters[3])
{
	int64_t cost = foreign_number(pieces[0], GIB);
	int64_t blocks = foreign_number(pieces[2], GIB / 128);
	int64_t lanes = foreign_number(pieces[3], 2 * GIB / 128);

	if (cost < 2 || (cost & (cost - 1)) != 0 || blocks == 0 || lanes == 0 ||
	    cost > GIB / 128 / blocks || lanes > 2 * GIB / 128 / blocks / cost)
		return false;
	parameters[0] = cost;
	parameters[1] = blocks;
	parameters[2] = lanes;
	return true;
}

bool foreign_scrypt_is_sound(const char *rest)
{
	struct piece pieces[5];
	int64_t parameters[3];

	return foreign_split(rest, pieces, 5) &&
	    scrypt_parameters(pieces, parameters) &&
	    foreign_is_of(pieces[4], SCRYPT_TEXT_SIZE, foreign_base64);
}

bool foreign_scrypt(const char *rest, const char *password)
{
	unsigned char hash[DIGEST_SCRYPT_SIZE];
	char text[DIGEST_TEXT_SIZE] = "";
	struct piece pieces[5];
	int64_t parameters[3];
	bool is_same = false;

	/* Beside the lanes' memory libcrypto counts some of its own. */
	if (!foreign_split(rest, pieces, 5) ||
	    !scrypt_parameters(pieces, parameters) ||
	    !digest_scrypt(
		pieces[1], parameters, (size_t)(4 * GIB), password, hash))
		return false;
	digest_base64(hash, sizeof hash, text);
	is_same = foreign_is(pieces[4], text);
	secret_wipe(hash, sizeof hash);
	secret_wipe(text, sizeof text);
	return is_same;
}

static bool salted_is_sound(const char *rest, size_t size)
{
	struct piece pieces[2];

	return foreign_split(rest, pieces, 2) &&
	    foreign_is_of(pieces[1], 2 * size, HEX);
}

static bool salted(
    enum digest digest, size_t size, const char *rest, const char *password)
{
	unsigned char hash[DIGEST_SIZE_MAX];
	char text[DIGEST_TEXT_SIZE] = "";
	struct piece pieces[2];
	bool is_same = false;

	if (!foreign_split(rest, pieces, 2) ||
	    !digest_salted(digest, pieces[0], password, hash))
		return false;
	digest_hex(hash, size, text);
	is_same = foreign_is(pieces[1], text);
	secret_wipe(hash, sizeof hash);
	secret_wipe(text, sizeof text);
	return is_same;
}

bool foreign_md5_is_sound(const char *rest)
{
	return salted_is_sound(rest, DIGEST_MD5_SIZE);
}

bool foreign_md5(const char *rest, const char *password)
{
	return salted(DIGEST_MD5, DIGEST_MD5_SIZE, rest, password);
}

bool foreign_sha1_is_sound(const char *rest)
{
	return salted_is_sound(rest, DIGEST_SHA1_SIZE);
}

bool foreign_sha1(const char *rest, const char *password)
{
	return salted(DIGEST_SHA1, DIGEST_SHA1_SIZE, rest, password);
}
