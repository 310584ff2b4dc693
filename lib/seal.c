/* seal.c - secrets of accounts, sealed. */
#include "seal.h"

#include <string.h>

#include <sodium.h>

#include "config.h"
#include "secret.h"

#define NONCE crypto_secretbox_NONCEBYTES
#define MAC crypto_secretbox_MACBYTES

/* BLAKE2b's own way to tell the uses of a key apart: 16 bytes. */
static const char domain[crypto_generichash_blake2b_PERSONALBYTES] =
    "postern/totp/1";

struct seal_key {
	unsigned char bytes[crypto_generichash_KEYBYTES];
};

static void release(void *key)
{
	secret_free(key);
}

static const struct seal_key *key_of(
    struct arena *arena, const char *bytes, size_t size)
{
	struct seal_key *key = secret_alloc(sizeof *key);

	if (key == NULL)
		return NULL;
	arena_defer(arena, release, key);
	crypto_generichash_blake2b_salt_personal(key->bytes, sizeof key->bytes,
	    (const unsigned char *)bytes, size, NULL, 0, NULL,
	    (const unsigned char *)domain);
	return key;
}

const struct seal_key *seal_key_read(
    struct arena *arena, const char *path, const char **problem)
{
	const struct seal_key *key = NULL;
	size_t size = 0;
	char *bytes =
	    config_read_secret(arena, path, SEAL_KEY_MAX, &size, problem);

	if (bytes == NULL)
		return NULL;
	if (size < SEAL_KEY_LEAST)
		*problem = arena_printf(arena,
		    "%s: has %zu bytes; a key has %d or more: postern key new "
		    "--algorithm HS256 FILE makes one",
		    path, size, SEAL_KEY_LEAST);
	else if ((key = key_of(arena, bytes, size)) == NULL)
		*problem =
		    arena_printf(arena, "%s: there is no memory for it", path);
	secret_free(bytes);
	return key;
}

/* The key for what is this owner's. */
static void derive(unsigned char own[crypto_secretbox_KEYBYTES],
    const struct seal_key *key, const char *owner)
{
	crypto_generichash(own, crypto_secretbox_KEYBYTES,
	    (const unsigned char *)owner, strlen(owner), key->bytes,
	    sizeof key->bytes);
}

char *seal_make(struct arena *arena, const struct seal_key *key,
    const char *owner, const void *bytes, size_t size)
{
	unsigned char own[crypto_secretbox_KEYBYTES];
	size_t sealed_size = NONCE + MAC + size;
	unsigned char *sealed = arena_alloc(arena, sealed_size);
	char *hex = arena_alloc(arena, 2 * sealed_size + 1);

	derive(own, key, owner);
	secret_random(sealed, NONCE);
	crypto_secretbox_easy(sealed + NONCE, bytes, size, sealed, own);
	secret_wipe(own, sizeof own);
	return sodium_bin2hex(hex, 2 * sealed_size + 1, sealed, sealed_size);
}

unsigned char *seal_open(struct arena *arena, const struct seal_key *key,
    const char *owner, const char *sealed, size_t *size)
{
	unsigned char own[crypto_secretbox_KEYBYTES];
	size_t limit = strlen(sealed) / 2, used = 0;
	unsigned char *box = arena_alloc(arena, limit + 1);
	unsigned char *bytes = arena_alloc(arena, limit + 1);
	const char *end = NULL;
	int problem = 0;

	if (sodium_hex2bin(
		box, limit, sealed, strlen(sealed), NULL, &used, &end) != 0 ||
	    *end != '\0' || used < NONCE + MAC)
		return NULL;
	derive(own, key, owner);
	problem = crypto_secretbox_open_easy(
	    bytes, box + NONCE, used - NONCE, box, own);
	secret_wipe(own, sizeof own);
	*size = used - NONCE - MAC;
	return problem == 0 ? bytes : NULL;
}
