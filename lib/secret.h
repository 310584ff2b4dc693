/*
 * secret.h - random bytes, digests, base64, and memory for keys. Wraps libsodium
 * together with password.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arena.h"

#define SECRET_DIGEST_SIZE 32 /* SHA-256 */
#define SECRET_HMAC_SIZE 32   /* HMAC-SHA256 */
#define SECRET_TICKET_SIZE 32 /* random bytes in a ticket: 256 bits */
#define SECRET_ID_LENGTH 32   /* characters of a random identifier */

/* Must be called once, before anything else of libsodium. */
void secret_init(void);

/* Fills the buffer from the system's random source. */
void secret_random(void *buffer, size_t size);

/* Returns 128 random bits as 32 lower-case hex digits: a jti or a sid. */
char *secret_id(struct arena *arena);

/* Returns true when `text` is 32 lower-case hex digits. */
bool secret_is_id(const char *text);

/* Returns `size` bytes as base64url without padding (RFC 4648 section 5). */
char *secret_base64url(struct arena *arena, const void *bytes, size_t size);

/*
 * Decodes canonical base64url without padding: other characters, padding or
 * unused bits that are not zero are refused.
 * Returns the bytes with a NUL behind them and sets *size; NULL when refused.
 */
unsigned char *secret_from_base64url(
    struct arena *arena, const char *text, size_t length, size_t *size);

/* Returns `size` bytes as base64 with padding (RFC 4648 section 4). */
char *secret_base64(struct arena *arena, const void *bytes, size_t size);

/*
 * Decodes canonical base64: other characters, padding that is not exactly what
 * is needed or unused bits that are not zero are refused.
 * Returns the bytes with a NUL behind them and sets *size; NULL when refused.
 */
unsigned char *secret_from_base64(
    struct arena *arena, const char *text, size_t length, size_t *size);

/* Sets *mac to the HMAC-SHA256 (RFC 2104) under a key of any length. */
void secret_hmac(unsigned char mac[SECRET_HMAC_SIZE], const void *key,
    size_t key_size, const void *bytes, size_t size);

/* Returns the SHA-256 of the bytes as `\x` and hex: a bytea for PostgreSQL. */
char *secret_digest(struct arena *arena, const void *bytes, size_t size);

/* The same as base64url without padding. */
char *secret_digest_base64url(
    struct arena *arena, const void *bytes, size_t size);

/* Compares in a time that does not depend on where two differ. */
bool secret_equal(const void *one, const void *other, size_t size);

/* Overwrites the bytes in a way that the compiler does not remove. */
void secret_wipe(void *bytes, size_t size);

/*
 * Guarded memory that is not swapped where the system allows it, wiped when
 * freed. Returns NULL when there is none.
 */
void *secret_alloc(size_t size);
void secret_free(void *memory);
