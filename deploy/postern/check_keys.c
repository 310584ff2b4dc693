/* check_keys.c - looks at the keys, and at what is published of them. */
#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jwk.h"
#include "key_folder.h"
#include "terminal.h"

#define SET_MAX (128 << 10) /* bytes of what we publish */

/* What the programs would say, or what they have. */
static struct keyring *open_keys(struct context *context, struct report *report)
{
	const char *path = context->config->signing_key;
	const char *problem = NULL;
	struct keyring *keys = NULL;

	if (path[0] == '\0')
		problem = "signing_key is not set; name a file or a folder in "
			  "it and run postern key new";
	else if (access(path, F_OK) != 0 && errno == ENOENT)
		problem = arena_printf(context->arena,
		    "%s does not exist; run postern key new", path);
	else
		keys = keyring_open(context->arena, context->config, &problem);
	if (keys == NULL)
		report_add(report, "keys", PROBLEM, problem);
	return keys;
}

static const char *count_keys(struct arena *arena, const struct keyring *keys)
{
	const struct key *key = NULL;
	size_t ours = 0, imported = 0;

	while ((key = keyring_next(keys, key)) != NULL) {
		imported += key->is_imported ? 1 : 0;
		ours += key->is_imported ? 0 : 1;
	}
	if (ours + imported == 1)
		return "";
	return arena_printf(
	    arena, "; %zu of ours verify, %zu imported", ours, imported);
}

static void report_signing(
    struct context *context, struct report *report, const struct keyring *keys)
{
	const enum algorithm algorithm = context->config->algorithm;
	const struct key *key = keyring_signing(keys);
	const char *others = count_keys(context->arena, keys);

	if (key == NULL) {
		report_add(report, "keys", WARNING,
		    arena_printf(context->arena,
			"no key signs, so nobody can log in; run postern key "
			"use KID, or postern key new%s",
			others));
		return;
	}
	report_add(report, "keys", FINE,
	    arena_printf(context->arena, "%s, kid %s%s",
		config_algorithm(key->algorithm), key->id, others));
	if (key->algorithm != algorithm)
		report_add(report, "algorithm", WARNING,
		    arena_printf(context->arena,
			"algorithm = %s, but the key that signs is one of %s; "
			"set algorithm, or let another key sign with postern "
			"key use",
			config_algorithm(algorithm),
			config_algorithm(key->algorithm)));
}

/* A retired key verifies nothing, but what it is must stay a secret. */
static void check_retired(const struct key_folder *folder,
    struct context *context, struct report *report)
{
	for (size_t i = 0; i < folder->count; i++) {
		const char *path = key_entry_path(context->arena, folder,
		    &folder->entries[i], KEY_FILE_RETIRED);
		struct stat status = { 0 };

		if (!key_entry_is_live(&folder->entries[i]) &&
		    stat(path, &status) == 0 && (status.st_mode & S_IRWXO) != 0)
			report_add(report, "keys", WARNING,
			    arena_printf(context->arena,
				"%s: can be read or written by others; chmod "
				"o-rwx it, or remove it",
				path));
	}
}

static void check_folder(struct context *context, struct report *report)
{
	const struct config *config = context->config;
	struct arena *arena = context->arena;
	struct key_folder folder = { 0 };
	const char *problem = NULL;

	if (!key_folder_is_meant(config->signing_key) ||
	    !key_folder_read(arena, config->signing_key, &folder, &problem))
		return;
	for (size_t i = 0; i < folder.strangers_count; i++)
		report_add(report, "keys", WARNING,
		    arena_printf(arena,
			"%s/%s: no program reads it; remove it, or name it "
			"KID.ALGORITHM.key as deploy/postern/KEYS.md says",
			folder.path,
			terminal_printable(arena, folder.strangers[i])));
	check_retired(&folder, context, report);
	if (config->verifying_key[0] != '\0')
		report_add(report, "verifying_key", WARNING,
		    "verifying_key is not read where signing_key is a folder; "
		    "remove the setting");
}

/* Returns what is wrong with what is published, or NULL. */
static const char *published_fault(
    struct arena *arena, const char *path, const char *text)
{
	FILE *file = fopen(path, "re");
	char *bytes = arena_alloc(arena, SET_MAX);
	size_t got = 0;

	if (file == NULL)
		return strerror(errno);
	got = fread(bytes, 1, SET_MAX - 1, file);
	fclose(file);
	return got == strlen(text) && memcmp(bytes, text, got) == 0
	    ? NULL
	    : "it does not hold the public keys of today";
}

static void check_published(
    struct context *context, struct report *report, const struct keyring *keys)
{
	const char *path = context->config->jwks_file;
	struct arena *arena = context->arena;
	const char *text = NULL, *fault = NULL;
	size_t count = 0;

	if (path[0] == '\0')
		return;
	text = jwk_set(arena, keys, &count);
	fault = text != NULL ? published_fault(arena, path, text)
			     : "a public key cannot be read";
	if (fault != NULL)
		report_add(report, "jwks_file", WARNING,
		    arena_printf(
			arena, "%s: %s; run postern key publish", path, fault));
	else
		report_add(report, "jwks_file", FINE,
		    arena_printf(arena, "%s, %zu keys", path, count));
}

void check_keys(struct context *context, struct report *report)
{
	struct keyring *keys = open_keys(context, report);

	check_folder(context, report);
	if (keys == NULL)
		return;
	report_signing(context, report, keys);
	check_published(context, report, keys);
	keyring_close(keys);
}
