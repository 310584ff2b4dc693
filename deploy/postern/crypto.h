/*
 * crypto.h - pairs of keys: made, completed, taken apart and put together.
 * Wraps OpenSSL's libcrypto.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "arena.h"
#include "key.h"

struct crypto_number {
	const unsigned char *bytes; /* the highest first */
	size_t size;
};

/* A public key in its numbers, RFC 7518 section 6. */
struct crypto_public {
	const char *curve;           /* "P-256", "P-384", "P-521"; NULL: RSA */
	struct crypto_number first;  /* n, or x as long as the curve's field */
	struct crypto_number second; /* e, or y */
};

/*
 * Makes a pair of keys for the key's algorithm, RS or ES: RSA of 3072 bits, or
 * a point of the curve. Sets both halves, in PEM. Returns false when it
 * cannot.
 */
bool crypto_make(struct key *key);

/*
 * Sets the public half of the private one. Returns false when that is no
 * private key in PEM, or has a passphrase, which nobody is asked for.
 */
bool crypto_complete(struct key *key);

/*
 * Reads the public half; the numbers live as long as the arena. Returns false
 * when it is neither RSA nor on one of the three curves.
 */
bool crypto_take_apart(
    struct arena *arena, const struct key *key, struct crypto_public *public);

/*
 * Sets the public half of the key. Returns false when there is no such key: a
 * point that is not on the curve, an exponent that is even or 1.
 */
bool crypto_put_together(struct key *key, const struct crypto_public *public);
