/* secret.c - random bytes, digests, base64, and memory for keys. */
#include "secret.h"

#include <string.h>

#include <sodium.h>

#include "log.h"

void secret_init(void)
{
	if (sodium_init() < 0)
		log_fatal("libsodium: it cannot be initialised");
}

void secret_random(void *buffer, size_t size)
{
	randombytes_buf(buffer, size);
}

static char *hex_of(
    struct arena *arena, const char *prefix, const void *bytes, size_t size)
{
	size_t offset = strlen(prefix);
	char *text = arena_alloc(arena, offset + 2 * size + 1);

	memcpy(text, prefix, offset);
	sodium_bin2hex(text + offset, 2 * size + 1, bytes, size);
	return text;
}

char *secret_id(struct arena *arena)
{
	unsigned char bytes[SECRET_ID_LENGTH / 2];

	secret_random(bytes, sizeof bytes);
	return hex_of(arena, "", bytes, sizeof bytes);
}

bool secret_is_id(const char *text)
{
	return strlen(text) == SECRET_ID_LENGTH &&
	    strspn(text, "0123456789abcdef") == SECRET_ID_LENGTH;
}

static char *encode(
    struct arena *arena, const void *bytes, size_t size, int variant)
{
	size_t length = sodium_base64_encoded_len(size, variant);
	char *text = arena_alloc(arena, length);

	return sodium_bin2base64(text, length, bytes, size, variant);
}

static unsigned char *decode(struct arena *arena, const char *text,
    size_t length, size_t *size, int variant)
{
	unsigned char *bytes = arena_alloc(arena, length / 4 * 3 + 4);

	/* libsodium 1.0.18 takes bytes beyond ASCII where char is signed. */
	for (size_t i = 0; i < length; i++)
		if ((text[i] & 0x80) != 0)
			return NULL;
	/* libsodium refuses unused bits that are not zero. */
	if (sodium_base642bin(bytes, length / 4 * 3 + 3, text, length, NULL,
		size, NULL, variant) != 0)
		return NULL;
	return bytes;
}

char *secret_base64url(struct arena *arena, const void *bytes, size_t size)
{
	return encode(
	    arena, bytes, size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

unsigned char *secret_from_base64url(
    struct arena *arena, const char *text, size_t length, size_t *size)
{
	return decode(arena, text, length, size,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

char *secret_base64(struct arena *arena, const void *bytes, size_t size)
{
	return encode(arena, bytes, size, sodium_base64_VARIANT_ORIGINAL);
}

unsigned char *secret_from_base64(
    struct arena *arena, const char *text, size_t length, size_t *size)
{
	return decode(
	    arena, text, length, size, sodium_base64_VARIANT_ORIGINAL);
}

void secret_hmac(unsigned char mac[SECRET_HMAC_SIZE], const void *key,
    size_t key_size, const void *bytes, size_t size)
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, key, key_size);
	crypto_auth_hmacsha256_update(&state, bytes, size);
	crypto_auth_hmacsha256_final(&state, mac);
	secret_wipe(&state, sizeof state);
}

char *secret_digest(struct arena *arena, const void *bytes, size_t size)
{
	unsigned char digest[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(digest, bytes, size);
	return hex_of(arena, "\\x", digest, sizeof digest);
}

char *secret_digest_base64url(
    struct arena *arena, const void *bytes, size_t size)
{
	unsigned char digest[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(digest, bytes, size);
	return secret_base64url(arena, digest, sizeof digest);
}

bool secret_equal(const void *one, const void *other, size_t size)
{
	return sodium_memcmp(one, other, size) == 0;
}

void secret_wipe(void *bytes, size_t size)
{
	explicit_bzero(bytes, size);
}

void *secret_alloc(size_t size)
{
	return sodium_malloc(size);
}

void secret_free(void *memory)
{
	sodium_free(memory);
}
