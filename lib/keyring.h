/* keyring.h - the keys that sign and verify tokens, read from their files. */
#pragma once
#include <stddef.h>
#include "arena.h"
#include "config.h"

#define KEY_ID_LENGTH 16
#define KEY_SIZE_MAX 16384 /* bytes of a key file */

struct key {
	enum algorithm algorithm;
	char id[KEY_ID_LENGTH + 1]; /* kid, RFC 7515 section 4.1.4 */
	char *signing;              /* secret or private PEM; NULL: verifies */
	size_t signing_size;
	char *verifying; /* secret or public PEM */
	size_t verifying_size;
};

struct keyring;

/*
 * Reads the keys that the configuration names. Refused: a file that others can
 * read (of a public key: write), an HMAC key of fewer than 32 bytes or one that
 * looks like a placeholder, a PEM that does not fit the algorithm (RFC 8725
 * section 3.5) or its other half. RS and ES need the file of the public key;
 * without a signing key they verify only.
 * Returns NULL and sets *problem (in the arena) when it cannot: "SETTING: FILE:
 * what is wrong; what to do".
 */
struct keyring *keyring_open(
    struct arena *arena, const struct config *config, const char **problem);

/* Wipes and frees the keys. NULL is fine. */
void keyring_close(struct keyring *keyring);

/*
 * How a process comes to its keys: a service that names it has keys, and only
 * such a program is linked with the library that signs.
 */
struct keyring_access {
	struct keyring *(*open)(struct arena *arena,
	    const struct config *config, const char **problem);
	void (*close)(struct keyring *keyring);
};
extern const struct keyring_access keyring_access;

/* The key that signs; NULL when there is none. */
const struct key *keyring_signing(const struct keyring *keyring);

/*
 * The key with this kid; with NULL (no kid in the token) the only one there
 * is. Returns NULL when there is none or more than one.
 */
const struct key *keyring_find(const struct keyring *keyring, const char *kid);
