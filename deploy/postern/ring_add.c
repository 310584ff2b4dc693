/* ring_add.c - a key of ours comes to the ring. */
#include "ring.h"

#include <string.h>

#include "keyring.h"
#include "secret.h"
#include "terminal.h"

/* Returns false after saying why the key cannot come to the ring. */
static bool is_welcome(const struct ring *ring, const struct key *key)
{
	const struct key_entry *there = key_folder_find(&ring->folder, key->id);
	size_t live = 0;

	for (size_t i = 0; i < ring->folder.count; i++)
		live += key_entry_is_live(&ring->folder.entries[i]) ? 1 : 0;
	if (there != NULL)
		terminal_problem("%s: a key with the kid %s is there, %s",
		    ring->folder.path, key->id,
		    key_entry_is_live(there) ? "another issuer's" : "retired");
	else if (live >= KEYS_MAX)
		terminal_problem("%s: there are %zu keys, and no more can be; "
				 "retire some with postern key retire",
		    ring->folder.path, live);
	return there == NULL && live < KEYS_MAX;
}

static bool is_first(const struct ring *ring)
{
	for (size_t i = 0; i < ring->folder.count; i++)
		if (key_entry_can_sign(&ring->folder.entries[i]))
			return false;
	return true;
}

/* The newline behind a key does not count, config_read_secret. */
static bool write_secret(
    struct ring *ring, const struct key *key, const char *path)
{
	char *text = secret_alloc(key->signing_size + 1);
	bool is_written = false;

	if (text == NULL) {
		terminal_problem("there is no memory");
		return false;
	}
	memcpy(text, key->signing, key->signing_size);
	text[key->signing_size] = '\n';
	is_written =
	    ring_write(ring, path, &ring->secret, text, key->signing_size + 1);
	secret_free(text);
	return is_written;
}

bool ring_add(struct ring *ring, const struct key *key, bool *signs)
{
	struct arena *arena = ring->context->arena;
	const struct key_entry entry = { key->id, key->algorithm, 0 };

	if (!is_welcome(ring, key))
		return false;
	*signs = is_first(ring);
	/* A public half alone does no harm; the other one alone does. */
	if (!key_is_hmac(key->algorithm) &&
	    !ring_write(ring,
		key_entry_path(arena, &ring->folder, &entry, KEY_FILE_PUB),
		&ring->public, key->verifying, key->verifying_size))
		return false;
	return write_secret(ring, key,
		   key_entry_path(
		       arena, &ring->folder, &entry, KEY_FILE_KEY)) &&
	    (!*signs || ring_sign_with(ring, key->id));
}
