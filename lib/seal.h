/*
 * seal.h - secrets of accounts, sealed with a key that the database does not
 * hold. Wraps libsodium together with secret and password.
 *
 * XSalsa20-Poly1305 with a random nonce. The key is derived from that of the
 * file and from whose secret it is, so that a row that was moved to another
 * account opens nothing.
 */
#pragma once
#include <stddef.h>
#include "arena.h"

#define SEAL_KEY_LEAST 32  /* bytes of a key file */
#define SEAL_KEY_MAX 16384 /* bytes of a key file */

struct seal_key;

/*
 * Reads a key file. Refused: one that others can read, fewer than 32 bytes.
 * Returns the key, which lives as long as the arena, or NULL and sets *problem
 * (in the arena): "FILE: what is wrong; what to do".
 */
const struct seal_key *seal_key_read(
    struct arena *arena, const char *path, const char **problem);

/* Returns the bytes, sealed for their owner, as lower-case hex digits. */
char *seal_make(struct arena *arena, const struct seal_key *key,
    const char *owner, const void *bytes, size_t size);

/*
 * Opens what seal_make has made for the same owner. Returns the bytes and sets
 * *size; NULL when it is damaged, of another owner or of another key.
 */
unsigned char *seal_open(struct arena *arena, const struct seal_key *key,
    const char *owner, const char *sealed, size_t *size);
