/* keyring.h - the keys that sign and verify tokens. */
#pragma once
#include <stddef.h>
#include "arena.h"
#include "config.h"
#include "key.h"

#define KEYS_MAX 32 /* that verify */

struct keyring;

/*
 * Reads the keys that the configuration names: one key, of the files of
 * signing_key and verifying_key and the algorithm that is set, or all of the
 * folder that signing_key names (key_folder.h), each of the algorithm in its
 * name. One that is not as key.h says makes the whole ring be refused: a key
 * that is left out in silence logs people out. RS and ES need the public key;
 * without a key that signs the ring verifies only.
 * Returns NULL and sets *problem (in the arena) when it cannot: "WHERE: SETTING:
 * FILE: what is wrong; what to do", WHERE as config_where has it.
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

/* The key with this kid, NULL when there is none. */
const struct key *keyring_find(const struct keyring *keyring, const char *kid);

/* The key behind this one, NULL at the end; the first is that which signs. */
const struct key *keyring_next(
    const struct keyring *keyring, const struct key *key);
