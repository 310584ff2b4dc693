/* key_import.c - takes the keys of another issuer from its JWK set. */
#include "key_commands.h"

#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "jwk.h"
#include "options.h"
#include "source.h"
#include "terminal.h"

struct import {
	struct ring *ring;
	const char *source;
	struct key keys[KEYS_MAX]; /* that are taken */
	size_t count;
	struct reply *answer;
	const char *text; /* of the answer */
};

static void note(struct import *import, const char *what, const char *id)
{
	reply_append(import->answer, what, id);
	import->text = arena_printf(
	    import->ring->context->arena, "%s%s %s\n", import->text, what, id);
}

static void note_refused(
    struct import *import, int index, const char *id, const char *fault)
{
	struct arena *arena = import->ring->context->arena;
	struct reply *refused = reply_append_object(import->answer, "refused");

	if (id == NULL)
		id = arena_printf(arena, "(number %d)", index + 1);
	reply_string(refused, "kid", id);
	reply_string(refused, "reason", fault);
	import->text = arena_printf(arena, "%srefused %s: %s\n", import->text,
	    terminal_printable(arena, id), fault);
}

static const char *path_of(
    const struct import *import, const struct key_entry *entry)
{
	return key_entry_path(import->ring->context->arena,
	    &import->ring->folder, entry, KEY_FILE_IMPORTED);
}

static bool is_from_here(
    const struct import *import, const struct key_entry *entry)
{
	const char *source = NULL;

	if (entry->files != KEY_FILE_IMPORTED)
		return false;
	source =
	    source_of(import->ring->context->arena, path_of(import, entry));
	return source != NULL && strcmp(source, import->source) == 0;
}

static const struct key *taken(const struct import *import, const char *id)
{
	for (size_t i = 0; i < import->count; i++)
		if (strcmp(import->keys[i].id, id) == 0)
			return &import->keys[i];
	return NULL;
}

/* Keys that stay, whatever this source says. */
static size_t others(const struct import *import)
{
	const struct key_folder *folder = &import->ring->folder;
	size_t count = 0;

	for (size_t i = 0; i < folder->count; i++)
		count += key_entry_is_live(&folder->entries[i]) &&
			!is_from_here(import, &folder->entries[i])
		    ? 1
		    : 0;
	return count;
}

/* Returns why a well-formed key is refused, or NULL. */
static const char *conflict(const struct import *import, const char *id)
{
	const struct key_entry *there =
	    key_folder_find(&import->ring->folder, id);

	if (taken(import, id) != NULL)
		return "its kid is in the set twice";
	if (there != NULL && there->files != KEY_FILE_IMPORTED)
		return "a key of ours has its kid";
	if (there != NULL && !is_from_here(import, there))
		return "its kid is imported from elsewhere already";
	return others(import) + import->count < KEYS_MAX
	    ? NULL
	    : "the key ring is full";
}

static void take(struct import *import, const struct segment *set, int index)
{
	const struct segment *jwk = segment_element(set, "keys", index);
	struct key key = { 0 };
	const char *fault = "it is no object";

	if (jwk != NULL) {
		fault = jwk_read(import->ring->context->arena, jwk, &key);
		if (fault == NULL)
			fault = conflict(import, key.id);
	}
	if (fault == NULL) {
		import->keys[import->count++] = key;
		return;
	}
	note_refused(import, index,
	    jwk != NULL ? segment_string(jwk, "kid") : NULL, fault);
	key_close(&key);
}

/* What the set has no more, or with another algorithm. */
static bool remove_missing(struct import *import)
{
	const struct key_folder *folder = &import->ring->folder;

	for (size_t i = 0; i < folder->count; i++) {
		const struct key_entry *entry = &folder->entries[i];
		const struct key *key = taken(import, entry->id);

		if (!is_from_here(import, entry) ||
		    (key != NULL && key->algorithm == entry->algorithm))
			continue;
		if (!ring_remove(path_of(import, entry)))
			return false;
		note(import, "removed", entry->id);
	}
	return true;
}

static bool is_there(const char *path, const char *text, size_t size)
{
	char bytes[KEY_SIZE_MAX + 1];
	FILE *file = fopen(path, "re");
	size_t got = 0;

	if (file == NULL)
		return false;
	got = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	return got == size && memcmp(bytes, text, size) == 0;
}

static bool put(struct import *import, const struct key *key)
{
	struct ring *ring = import->ring;
	const struct key_entry entry = { key->id, key->algorithm,
		KEY_FILE_IMPORTED };
	const struct key_entry *there = key_folder_find(&ring->folder, key->id);
	const char *path = path_of(import, &entry);
	const char *text = arena_printf(
	    ring->context->arena, "# %s\n%s", import->source, key->verifying);

	if (is_there(path, text, strlen(text))) {
		note(import, "unchanged", key->id);
		return true;
	}
	if (!ring_write(ring, path, &ring->public, text, strlen(text)))
		return false;
	note(import,
	    there != NULL && there->algorithm == key->algorithm ? "changed"
								: "added",
	    key->id);
	return true;
}

static int apply(struct import *import, int count)
{
	bool is_done = true;

	/* Not even one: this is no set that tells what is gone. */
	if (count > 0 && import->count == 0) {
		terminal_problem("%s: no key can be used, and nothing is "
				 "changed\n%.*s",
		    import->source, (int)strlen(import->text) - 1,
		    import->text);
		return NOT_DONE;
	}
	is_done = remove_missing(import);
	for (size_t i = 0; is_done && i < import->count; i++)
		is_done = put(import, &import->keys[i]);
	if (!is_done)
		return NOT_DONE;
	if (*import->text == '\0')
		import->text = "nothing to do\n";
	answer_print(import->ring->context, import->answer,
	    arena_copy(import->ring->context->arena, import->text,
		strlen(import->text) - 1));
	return key_publish_change(import->ring->context);
}

static int import_set(
    struct ring *ring, const char *source, const struct segment *set)
{
	static const char *const lists[] = { "added", "changed", "unchanged",
		"removed", "refused" };
	struct import *import =
	    arena_alloc(ring->context->arena, sizeof *import);
	int count = segment_count(set, "keys");
	int result = NOT_DONE;

	import->ring = ring;
	import->source = source;
	import->text = "";
	import->answer = answer_open(ring->context);
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		reply_list(import->answer, lists[i]);
	for (int i = 0; i < count; i++)
		take(import, set, i);
	result = apply(import, count);
	for (size_t i = 0; i < import->count; i++)
		key_close(&import->keys[i]);
	return result;
}

int key_import(struct context *context, int argc, char **argv)
{
	static const struct option options[] = {
		{ "group", required_argument, NULL, 0 },
		{ 0 },
	};
	const char *values[1] = { NULL };
	const char *name = context->config->jwk_url, *source = NULL;
	const char *text = NULL;
	const struct segment *set = NULL;
	struct ring ring = { 0 };
	size_t size = 0;
	int result = NOT_DONE;

	if (!options_read(
		argc, argv, options, values, (struct operands){ 0, 1 }))
		return WRONG_USAGE;
	if (optind < argc)
		name = argv[optind];
	if (name[0] == '\0') {
		terminal_problem("name an address or a file, or set jwk_url");
		return WRONG_USAGE;
	}
	text = source_read(context->arena, name, &source, &size);
	if (text == NULL)
		return NOT_DONE;
	set = segment_open(context->arena, text, size);
	if (set == NULL || segment_count(set, "keys") < 0) {
		terminal_problem("%s: it is no JWK set", source);
		return NOT_DONE;
	}
	if (!ring_open_own(context, values[0], true, &ring))
		return NOT_DONE;
	result = import_set(&ring, source, set);
	ring_close(&ring);
	return result;
}
