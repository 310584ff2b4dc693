/* password_foreign_crypt.c - the hashes of crypt(3). Wraps libcrypt. */
#include <stdlib.h>
#include <string.h>

#include <crypt.h>

#include "password_foreign.h"
#include "secret.h"

#define BCRYPT_SIZE 60
#define BCRYPT_SEEN 72 /* bytes of a password that bcrypt looks at */
#define BCRYPT_COST_LEAST 4
#define BCRYPT_COST_MOST 16
#define ROUNDS_LEAST 1000
#define ROUNDS_MOST 10000000
#define SALT_MOST 16
#define SCRYPT_BLOCKS_MOST ((int64_t)1 << 23) /* of 128 bytes: 1 GiB */

static bool is_bcrypt(const char *stored)
{
	return stored[0] == '$' && stored[1] == '2';
}

/* $2b$12$ and 53 characters of salt and hash. */
static bool bcrypt_is_sound(const char *stored)
{
	struct piece tail = { stored + 7, BCRYPT_SIZE - 7 };
	int cost = 0;

	if (strlen(stored) != BCRYPT_SIZE || strchr("aby", stored[2]) == NULL ||
	    stored[3] != '$' || stored[6] != '$' ||
	    strspn(stored + 4, "0123456789") != 2)
		return false;
	cost = (stored[4] - '0') * 10 + stored[5] - '0';
	return cost >= BCRYPT_COST_LEAST && cost <= BCRYPT_COST_MOST &&
	    foreign_is_of(tail, tail.size, foreign_itoa64);
}

/* $6$rounds=5000$salt$hash, the rounds only where they are not 5000. */
static bool sha_is_sound(const char *rest, size_t hash_size)
{
	static const char name[] = "rounds=";
	struct piece pieces[3], rounds;
	size_t count = strncmp(rest, name, strlen(name)) == 0 ? 3 : 2;

	if (!foreign_split(rest, pieces, count))
		return false;
	if (count == 3) {
		rounds.start = pieces[0].start + strlen(name);
		rounds.size = pieces[0].size - strlen(name);
		if (foreign_number(rounds, ROUNDS_MOST) < ROUNDS_LEAST)
			return false;
	}
	return pieces[count - 2].size <= SALT_MOST &&
	    foreign_is_of(pieces[count - 1], hash_size, foreign_itoa64);
}

/* A number below 48 of yescrypt is one character; -1: it is not. */
static int yescrypt_number(char c)
{
	const char *at = c != '\0' ? strchr(foreign_itoa64, c) : NULL;

	return at != NULL && at - foreign_itoa64 < 48
	    ? (int)(at - foreign_itoa64)
	    : -1;
}

/*
 * $y$jXY$salt$hash: j stands for yescrypt's default flags, X for N as a power
 * of 2 (less 1), Y for r (less 1), without further parameters. 128 N r bytes.
 */
static bool yescrypt_is_sound(const char *rest)
{
	struct piece pieces[3];
	int power = 0, blocks = 0;

	if (!foreign_split(rest, pieces, 3) || pieces[0].size != 3 ||
	    rest[0] != 'j')
		return false;
	power = yescrypt_number(rest[1]) + 1;
	blocks = yescrypt_number(rest[2]) + 1;
	return power > 0 && power <= 23 && blocks > 0 &&
	    ((int64_t)blocks << power) <= SCRYPT_BLOCKS_MOST &&
	    pieces[1].size > 0 &&
	    foreign_is_of(pieces[1], pieces[1].size, foreign_itoa64) &&
	    foreign_is_of(pieces[2], 43, foreign_itoa64);
}

bool foreign_crypt_is_sound(const char *stored)
{
	if (is_bcrypt(stored))
		return bcrypt_is_sound(stored);
	if (strncmp(stored, "$5$", 3) == 0)
		return sha_is_sound(stored + 3, 43);
	if (strncmp(stored, "$6$", 3) == 0)
		return sha_is_sound(stored + 3, 86);
	return strncmp(stored, "$y$", 3) == 0 && yescrypt_is_sound(stored + 3);
}

static bool compare(const char *stored, const char *password)
{
	struct crypt_data *data = calloc(1, sizeof *data);
	const char *made = NULL;
	bool is_same = false;

	if (data == NULL)
		return false;
	/* Where crypt_r would make a text that stands for failure, NULL. */
	made = crypt_rn(password, stored, data, (int)sizeof *data);
	if (made != NULL) {
		const struct piece text = { stored, strlen(stored) };

		is_same = foreign_is(text, made);
	}
	secret_wipe(data, sizeof *data);
	free(data);
	return is_same;
}

bool foreign_crypt(const char *stored, const char *password)
{
	char seen[BCRYPT_SEEN + 1] = "";
	bool is_same = false;

	/* libcrypt refuses what is longer than 511 bytes. */
	if (!is_bcrypt(stored) || strlen(password) <= BCRYPT_SEEN)
		return compare(stored, password);
	memcpy(seen, password, BCRYPT_SEEN);
	is_same = compare(stored, seen);
	secret_wipe(seen, sizeof seen);
	return is_same;
}
