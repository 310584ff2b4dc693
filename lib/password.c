/* password.c - hash and verify passwords. */
#include "password.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "password_foreign.h"

#define PREFIX "$argon2id$v=19$"
#define PREFIX_I "$argon2i$v=19$"
#define PASSES_MAX 10
#define LANES_MAX 16
#define KIB ((int64_t)1024)
#define MEMORY_MAX (KIB * KIB) /* KiB: 1 GiB */

/* What a PHC string says of its cost. */
struct cost {
	int64_t memory; /* KiB */
	int64_t passes;
	int64_t lanes;
};

/* Reads NAME and a number of 1 to `max`, and moves behind it. */
static bool read_number(
    const char **text, const char *name, int64_t max, int64_t *number)
{
	const char *digit = *text + strlen(name);

	if (strncmp(*text, name, strlen(name)) != 0 || *digit == '0')
		return false;
	for (*number = 0; *digit >= '0' && *digit <= '9'; digit++) {
		*number = *number * 10 + (*digit - '0');
		if (*number > max)
			return false;
	}
	*text = digit;
	return *number > 0;
}

static bool read_cost(const char *stored, const char *prefix, struct cost *cost)
{
	const char *text = stored + strlen(prefix);

	return strlen(stored) < crypto_pwhash_STRBYTES &&
	    strncmp(stored, prefix, strlen(prefix)) == 0 &&
	    read_number(&text, "m=", MEMORY_MAX, &cost->memory) &&
	    read_number(&text, ",t=", PASSES_MAX, &cost->passes) &&
	    read_number(&text, ",p=", LANES_MAX, &cost->lanes) && *text == '$';
}

const char *password_hash(
    struct arena *arena, const struct config *config, const char *password)
{
	char *hash = arena_alloc(arena, crypto_pwhash_STRBYTES);
	size_t size = strlen(password);

	if (size > PASSWORD_SIZE_MAX ||
	    crypto_pwhash_str_alg(hash, password, size,
		(unsigned long long)config->password_passes,
		(size_t)config->password_memory,
		crypto_pwhash_ALG_ARGON2ID13) != 0)
		return NULL;
	return hash;
}

bool password_argon2_is_sound(const char *stored)
{
	struct cost cost;

	return read_cost(stored, PREFIX, &cost) ||
	    read_cost(stored, PREFIX_I, &cost);
}

bool password_argon2_verify(const char *stored, const char *password)
{
	size_t size = strlen(password);

	return size <= PASSWORD_SIZE_MAX && password_argon2_is_sound(stored) &&
	    crypto_pwhash_str_verify(stored, password, size) == 0;
}

bool password_verify_nobody(const struct config *config, const char *password)
{
	char stored[crypto_pwhash_STRBYTES];

	/* 16 bytes of salt and 32 of hash, as password_hash makes them. */
	snprintf(stored, sizeof stored,
	    PREFIX "m=%lld,t=%lld,p=1$AAAAAAAAAAAAAAAAAAAAAA"
		   "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    (long long)(config->password_memory / KIB),
	    (long long)config->password_passes);
	/* The answer must not decide: a row is not what this stands for. */
	(void)password_argon2_verify(stored, password);
	return false;
}

bool password_needs_rehash(const struct config *config, const char *stored)
{
	struct cost cost;

	return !read_cost(stored, PREFIX, &cost) || cost.lanes != 1 ||
	    cost.memory < config->password_memory / KIB ||
	    cost.passes < config->password_passes;
}
