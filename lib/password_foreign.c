/* password_foreign.c - which hash of another system it is, and its pieces. */
#include "password_foreign.h"

#include <string.h>

#include "secret.h"

const char foreign_base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			      "abcdefghijklmnopqrstuvwxyz0123456789+/=";
const char foreign_itoa64[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			      "abcdefghijklmnopqrstuvwxyz";

/* Where the prefix belongs to what crypt(3) reads, the rest is all of it. */
static const struct foreign formats[] = {
	{ "pbkdf2_sha256$", foreign_pbkdf2_sha256_is_sound,
	    foreign_pbkdf2_sha256 },
	{ "pbkdf2_sha1$", foreign_pbkdf2_sha1_is_sound, foreign_pbkdf2_sha1 },
	{ "argon2", password_argon2_is_sound, password_argon2_verify },
	{ "bcrypt$", foreign_crypt_is_sound, foreign_crypt },
	{ "bcrypt_sha256$", foreign_crypt_is_sound, foreign_bcrypt_sha256 },
	{ "scrypt$", foreign_scrypt_is_sound, foreign_scrypt },
	{ "md5$", foreign_md5_is_sound, foreign_md5 },
	{ "sha1$", foreign_sha1_is_sound, foreign_sha1 },
	{ "$P$", foreign_phpass_is_sound, foreign_phpass },
	{ "$H$", foreign_phpass_is_sound, foreign_phpass },
	{ "$wp", foreign_wordpress_is_sound, foreign_wordpress },
	{ 0 },
};
static const struct foreign argon2 = { "", password_argon2_is_sound,
	password_argon2_verify };
static const struct foreign crypt3 = { "", foreign_crypt_is_sound,
	foreign_crypt };

static bool begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

const struct foreign *foreign_find(const char *stored)
{
	static const char *const settings[] = { "$2a$", "$2b$", "$2y$", "$5$",
		"$6$", "$y$", NULL };

	if (begins(stored, "$argon2"))
		return &argon2;
	for (size_t i = 0; settings[i] != NULL; i++)
		if (begins(stored, settings[i]))
			return &crypt3;
	for (size_t i = 0; formats[i].prefix != NULL; i++)
		if (begins(stored, formats[i].prefix))
			return &formats[i];
	return NULL;
}

bool foreign_split(const char *text, struct piece *pieces, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		pieces[i].start = text;
		pieces[i].size = strcspn(text, "$");
		text += pieces[i].size;
		if (*text != (i + 1 < count ? '$' : '\0'))
			return false;
		text++;
	}
	return true;
}

int64_t foreign_number(struct piece piece, int64_t most)
{
	int64_t number = 0;

	if (piece.size == 0 || piece.start[0] == '0')
		return 0;
	for (size_t i = 0; i < piece.size; i++) {
		if (piece.start[i] < '0' || piece.start[i] > '9')
			return 0;
		number = number * 10 + (piece.start[i] - '0');
		if (number > most)
			return 0;
	}
	return number;
}

bool foreign_is_of(struct piece piece, size_t size, const char *characters)
{
	if (piece.size != size)
		return false;
	for (size_t i = 0; i < size; i++)
		if (piece.start[i] == '\0' ||
		    strchr(characters, piece.start[i]) == NULL)
			return false;
	return true;
}

bool foreign_is(struct piece piece, const char *text)
{
	return strlen(text) == piece.size &&
	    secret_equal(piece.start, text, piece.size);
}
