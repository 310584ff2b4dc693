/* hook_key.c - the key that signs what is told, and its signatures. */
#include "hook_key.h"

#include <inttypes.h>
#include <string.h>

#include "config.h"
#include "secret.h"

#define PREFIX "whsec_"
#define FILE_MAX 128 /* bytes: longer than any key */
#define NEW_SIZE 32

const char *hook_key_text(struct arena *arena)
{
	unsigned char bytes[NEW_SIZE];
	const char *text = NULL;

	secret_random(bytes, sizeof bytes);
	text = arena_printf(
	    arena, PREFIX "%s", secret_base64(arena, bytes, sizeof bytes));
	secret_wipe(bytes, sizeof bytes);
	return text;
}

static bool decode(
    struct arena *arena, const char *text, size_t length, struct hook_key *key)
{
	const size_t prefix = strlen(PREFIX);
	unsigned char *bytes = NULL;

	if (length < prefix || memcmp(text, PREFIX, prefix) != 0)
		return false;
	bytes = secret_from_base64(
	    arena, text + prefix, length - prefix, &key->size);
	if (bytes == NULL || key->size < HOOK_KEY_LEAST ||
	    key->size > HOOK_KEY_MOST)
		return false;
	memcpy(key->bytes, bytes, key->size);
	secret_wipe(bytes, key->size);
	return true;
}

bool hook_key_read(struct arena *arena, const char *path, struct hook_key *key,
    const char **problem)
{
	size_t length = 0;
	char *text =
	    config_read_secret(arena, path, FILE_MAX, &length, problem);
	bool is_key = text != NULL && decode(arena, text, length, key);

	if (text != NULL && !is_key)
		*problem = arena_printf(arena,
		    "%s: is no key: allowed: " PREFIX
		    " and the base64 of %d to %d bytes, as postern hook key "
		    "makes it",
		    path, HOOK_KEY_LEAST, HOOK_KEY_MOST);
	secret_free(text);
	return is_key;
}

const char *hook_key_sign(struct arena *arena, const struct hook_key *key,
    const char *id, int64_t seconds, const char *body)
{
	unsigned char mac[SECRET_HMAC_SIZE];
	const char *content =
	    arena_printf(arena, "%s.%" PRId64 ".%s", id, seconds, body);

	secret_hmac(mac, key->bytes, key->size, content, strlen(content));
	return arena_printf(
	    arena, "v1,%s", secret_base64(arena, mac, sizeof mac));
}
