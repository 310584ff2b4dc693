/* key.h - one key: how it is read, what it must be, what it is called. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "arena.h"
#include "config.h"

#define KEY_ID_LENGTH 16   /* of a kid that we make, hex digits */
#define KEY_ID_MAX 128     /* bytes of any kid */
#define KEY_SIZE_MAX 16384 /* bytes of a key file */

struct key {
	enum algorithm algorithm;
	bool is_imported;        /* another issuer's: verifies access tokens */
	char id[KEY_ID_MAX + 1]; /* kid, RFC 7515 section 4.1.4 */
	char *signing;           /* secret or private PEM; NULL: verifies */
	size_t signing_size;
	char *verifying; /* secret or public PEM; in memory of secret_alloc */
	size_t verifying_size;
};

/* Returns true when one secret signs and verifies. */
bool key_is_hmac(enum algorithm algorithm);

/*
 * What is wrong with the bytes of a key and what to do, or NULL. A secret has
 * 32 bytes or more, is no placeholder and no PEM; a public key is one PEM that
 * fits the algorithm (RFC 8725 section 3.5); a private key has no passphrase
 * and fits the public one, which must be there.
 */
const char *key_secret_fault(const struct key *key);
const char *key_public_fault(struct arena *arena, const struct key *key);
const char *key_private_fault(const struct key *key);

/*
 * Read one file into the key, whose algorithm is set, and look for faults:
 * a file that others can read (of a public key: write) is one as well.
 * Return false and set *problem (in the arena): "FILE: what is wrong; what to
 * do". A comment may stand in the first line of an imported key.
 */
bool key_read_secret(struct arena *arena, struct key *key, const char *path,
    const char **problem);
bool key_read_public(struct arena *arena, struct key *key, const char *path,
    const char **problem);
bool key_read_private(struct arena *arena, struct key *key, const char *path,
    const char **problem);

/*
 * Sets the kid: 16 hex digits that what verifies alone decides. Returns false
 * when there is no memory.
 */
bool key_identify(struct arena *arena, struct key *key);

/* Wipes and frees the bytes of the key. */
void key_close(struct key *key);
