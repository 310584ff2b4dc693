/* secret.c - random bytes, digests, and memory for keys. */
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

char *secret_base64url(struct arena *arena, const void *bytes, size_t size)
{
	const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
	size_t length = sodium_base64_encoded_len(size, variant);
	char *text = arena_alloc(arena, length);

	return sodium_bin2base64(text, length, bytes, size, variant);
}

unsigned char *secret_from_base64url(
    struct arena *arena, const char *text, size_t length, size_t *size)
{
	unsigned char *bytes = arena_alloc(arena, length / 4 * 3 + 4);

	/* libsodium 1.0.18 takes bytes beyond ASCII where char is signed. */
	for (size_t i = 0; i < length; i++)
		if ((text[i] & 0x80) != 0)
			return NULL;
	/* libsodium refuses unused bits that are not zero. */
	if (sodium_base642bin(bytes, length / 4 * 3 + 3, text, length, NULL,
		size, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
		return NULL;
	return bytes;
}

char *secret_digest(struct arena *arena, const void *bytes, size_t size)
{
	unsigned char digest[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(digest, bytes, size);
	return hex_of(arena, "\\x", digest, sizeof digest);
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
