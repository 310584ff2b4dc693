/* keyring.c - the keys, read from their files. */
#include "keyring.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "key_folder.h"
#include "log.h"

#define AGAIN_NS 10000000 /* 10 ms */

struct keyring {
	struct key keys[KEYS_MAX];
	size_t count;
	const struct key *signing;
};

/* What a ring is read with; the functions return false with a problem. */
struct reading {
	struct arena *arena;
	const struct config *config;
	struct keyring *keyring;
	const struct key_folder *folder;
	const char *problem;
};

static bool refuse(
    struct reading *reading, const char *setting, const char *problem)
{
	reading->problem = arena_printf(reading->arena, "%s: %s: %s",
	    config_where(reading->config, setting), setting, problem);
	return false;
}

/* Says for which setting the file is that could not be read. */
static bool pass(struct reading *reading, const char *setting, bool is_read)
{
	return is_read || refuse(reading, setting, reading->problem);
}

static bool open_secret(
    struct reading *reading, const struct config *config, struct key *key)
{
	if (config->signing_key[0] == '\0')
		return refuse(reading, "signing_key",
		    "not set: name a file with a secret; make one with: "
		    "openssl rand -hex 32");
	return pass(reading, "signing_key",
	    key_read_secret(
		reading->arena, key, config->signing_key, &reading->problem));
}

static bool open_pair(
    struct reading *reading, const struct config *config, struct key *key)
{
	if (config->verifying_key[0] == '\0')
		return refuse(reading, "algorithm",
		    "RS and ES need verifying_key, the file of the public key; "
		    "make it with: openssl pkey -in SIGNING_KEY -pubout");
	if (!pass(reading, "verifying_key",
		key_read_public(reading->arena, key, config->verifying_key,
		    &reading->problem)))
		return false;
	return config->signing_key[0] == '\0' ||
	    pass(reading, "signing_key",
		key_read_private(reading->arena, key, config->signing_key,
		    &reading->problem));
}

/* The one key of the files that two settings name. */
static bool open_one(struct reading *reading, const struct config *config)
{
	struct key *key = &reading->keyring->keys[reading->keyring->count++];

	key->algorithm = config->algorithm;
	if (key_is_hmac(key->algorithm) ? !open_secret(reading, config, key)
					: !open_pair(reading, config, key))
		return false;
	if (!key_identify(reading->arena, key))
		return refuse(reading, "signing_key", "there is no memory");
	if (key->signing != NULL)
		reading->keyring->signing = key;
	return true;
}

/* Of a private key that does not sign nothing is kept. */
static bool read_pair(struct reading *reading, const struct key_entry *entry,
    bool signs, struct key *key)
{
	const enum key_file public =
	    key->is_imported ? KEY_FILE_IMPORTED : KEY_FILE_PUB;
	struct key half = { 0 };
	bool is_read = key_read_public(reading->arena, key,
	    key_entry_path(reading->arena, reading->folder, entry, public),
	    &reading->problem);

	if (!is_read || !key_entry_can_sign(entry))
		return is_read;
	half = *key;
	is_read = key_read_private(reading->arena, &half,
	    key_entry_path(
		reading->arena, reading->folder, entry, KEY_FILE_KEY),
	    &reading->problem);
	if (signs)
		*key = half;
	else {
		half.verifying = NULL;
		key_close(&half);
	}
	return is_read;
}

static bool add(
    struct reading *reading, const struct key_entry *entry, bool signs)
{
	struct keyring *keyring = reading->keyring;
	struct key *key = NULL;
	bool is_read = false;

	if (keyring->count == KEYS_MAX)
		return refuse(reading, "signing_key",
		    arena_printf(reading->arena,
			"%s: there are more than %d keys; retire some",
			reading->folder->path, KEYS_MAX));
	key = &keyring->keys[keyring->count++];
	key->algorithm = entry->algorithm;
	key->is_imported = (entry->files & KEY_FILE_IMPORTED) != 0;
	memcpy(key->id, entry->id, strlen(entry->id) + 1);
	if (signs)
		keyring->signing = key;
	if (key_is_hmac(key->algorithm))
		is_read = key_read_secret(reading->arena, key,
		    key_entry_path(
			reading->arena, reading->folder, entry, KEY_FILE_KEY),
		    &reading->problem);
	else
		is_read = read_pair(reading, entry, signs, key);
	return pass(reading, "signing_key", is_read);
}

/* Reads the keys of the folder, that which signs first. */
static bool add_all(struct reading *reading, const char *signing)
{
	const struct key_folder *folder = reading->folder;
	const struct key_entry *first = NULL;

	if (signing != NULL) {
		first = key_folder_find(folder, signing);
		if (!add(reading, first, true))
			return false;
	}
	for (size_t i = 0; i < folder->count; i++) {
		const struct key_entry *entry = &folder->entries[i];

		if (entry != first && key_entry_is_live(entry) &&
		    !add(reading, entry, false))
			return false;
	}
	return reading->keyring->count > 0 ||
	    refuse(reading, "signing_key",
		arena_printf(reading->arena,
		    "%s: there is no key in it; run postern key new",
		    folder->path));
}

static bool open_folder(struct reading *reading, const struct config *config)
{
	struct arena *arena = reading->arena;
	struct key_folder folder = { 0 };
	const char *signing = NULL;
	bool is_read = key_folder_read(
	    arena, config->signing_key, &folder, &reading->problem);

	if (is_read) {
		reading->folder = &folder;
		reading->problem = key_folder_fault(arena, &folder);
		is_read = reading->problem == NULL &&
		    key_folder_signing(
			arena, &folder, &signing, &reading->problem);
	}
	is_read =
	    pass(reading, "signing_key", is_read) && add_all(reading, signing);
	reading->folder = NULL;
	return is_read;
}

static struct keyring *attempt(struct arena *arena, const struct config *config,
    bool is_folder, const char **problem)
{
	struct reading reading = { .arena = arena_open(), .config = config };
	bool is_read = false;

	reading.keyring = calloc(1, sizeof *reading.keyring);
	if (reading.keyring == NULL)
		log_fatal("memory: there is none left");
	is_read = is_folder ? open_folder(&reading, config)
			    : open_one(&reading, config);
	if (!is_read) {
		*problem = arena_string(arena, reading.problem);
		keyring_close(reading.keyring);
		reading.keyring = NULL;
	}
	arena_close(reading.arena);
	return reading.keyring;
}

struct keyring *keyring_open(
    struct arena *arena, const struct config *config, const char **problem)
{
	const struct timespec pause = { 0, AGAIN_NS };
	bool is_folder = key_folder_is_meant(config->signing_key);
	struct keyring *keyring = attempt(arena, config, is_folder, problem);

	/* A file of the folder can have gone between its name and its bytes. */
	if (keyring == NULL && is_folder) {
		nanosleep(&pause, NULL);
		keyring = attempt(arena, config, is_folder, problem);
	}
	return keyring;
}

void keyring_close(struct keyring *keyring)
{
	if (keyring == NULL)
		return;
	for (size_t i = 0; i < keyring->count; i++)
		key_close(&keyring->keys[i]);
	free(keyring);
}

const struct key *keyring_signing(const struct keyring *keyring)
{
	return keyring != NULL ? keyring->signing : NULL;
}

const struct key *keyring_find(const struct keyring *keyring, const char *kid)
{
	for (size_t i = 0; i < keyring->count; i++)
		if (strcmp(kid, keyring->keys[i].id) == 0)
			return &keyring->keys[i];
	return NULL;
}

const struct key *keyring_next(
    const struct keyring *keyring, const struct key *key)
{
	size_t next = key != NULL ? (size_t)(key - keyring->keys) + 1 : 0;

	return next < keyring->count ? &keyring->keys[next] : NULL;
}

const struct keyring_access keyring_access = { keyring_open, keyring_close };
