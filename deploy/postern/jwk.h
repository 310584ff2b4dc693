/* jwk.h - keys as JSON, RFC 7517 and RFC 7518 section 6. */
#pragma once
#include "arena.h"
#include "key.h"
#include "keyring.h"
#include "segment.h"

/*
 * Returns the JWK set of our own public keys in the ring, that which signs
 * first, as text with a newline, and sets *count; an empty set for NULL. A
 * secret and a key of another issuer are never in it. NULL: a key cannot be
 * read.
 */
const char *jwk_set(
    struct arena *arena, const struct keyring *keyring, size_t *count);

/*
 * Reads one JWK as a key of another issuer: kid (RFC 7638 gives it where there
 * is none), algorithm and public half, to be closed with key_close.
 * Returns NULL, or why it is refused.
 */
const char *jwk_read(
    struct arena *arena, const struct segment *jwk, struct key *key);
