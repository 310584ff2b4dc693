/* key_list.c - lists the keys. */
#include "key_commands.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "keyring.h"
#include "options.h"
#include "reply.h"
#include "source.h"
#include "terminal.h"

struct line {
	const char *kid, *algorithm, *state, *since;
	const char *source; /* NULL: ours */
};

static const char *since(struct arena *arena, const char *path)
{
	struct stat status = { 0 };
	struct tm parts = { 0 };
	char text[32] = "-";

	if (stat(path, &status) == 0 &&
	    gmtime_r(&status.st_mtim.tv_sec, &parts) != NULL)
		strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
	return arena_string(arena, text);
}

static void describe(const struct key_folder *folder, struct arena *arena,
    const struct key_entry *entry, const char *signing, struct line *line)
{
	static const struct {
		enum key_file file;
		const char *state;
	} states[] = { { KEY_FILE_RETIRED, "retired" },
		{ KEY_FILE_IMPORTED, "imported" },
		{ KEY_FILE_KEY, "verifying" }, { KEY_FILE_PUB, "verifying" } };
	size_t i = 0;
	const char *path = NULL;

	while ((entry->files & states[i].file) == 0)
		i++;
	path = key_entry_path(arena, folder, entry, states[i].file);
	*line = (struct line){ entry->id, config_algorithm(entry->algorithm),
		states[i].state, since(arena, path), NULL };
	if (states[i].file == KEY_FILE_IMPORTED)
		line->source = source_of(arena, path);
	if (signing != NULL && strcmp(signing, entry->id) == 0)
		line->state = "signing";
}

static void print_json(
    struct arena *arena, const struct line *lines, size_t count)
{
	putchar('[');
	for (size_t i = 0; i < count; i++) {
		struct reply *reply = reply_open(arena);

		reply_string(reply, "kid", lines[i].kid);
		reply_string(reply, "algorithm", lines[i].algorithm);
		reply_string(reply, "state", lines[i].state);
		reply_string(reply, "since", lines[i].since);
		if (lines[i].source != NULL)
			reply_string(reply, "source", lines[i].source);
		else
			reply_null(reply, "source");
		printf("%s%s", i > 0 ? "," : "", reply_text(reply));
	}
	puts("]");
}

static void print_text(
    struct arena *arena, const struct line *lines, size_t count)
{
	int width = KEY_ID_LENGTH;

	for (size_t i = 0; i < count; i++)
		if ((int)strlen(lines[i].kid) > width)
			width = (int)strlen(lines[i].kid);
	if (count > 0)
		printf("%-*s  algorithm  %-9s  %-20s  source\n", width, "kid",
		    "state", "since");
	for (size_t i = 0; i < count; i++)
		printf("%-*s  %-9s  %-9s  %-20s  %s\n", width, lines[i].kid,
		    lines[i].algorithm, lines[i].state, lines[i].since,
		    lines[i].source != NULL
			? terminal_printable(arena, lines[i].source)
			: "-");
}

static int list_folder(
    struct context *context, struct line **lines, size_t *count)
{
	struct arena *arena = context->arena;
	struct key_folder folder = { 0 };
	const char *problem = NULL, *signing = NULL;

	if (!key_folder_read(
		arena, context->config->signing_key, &folder, &problem)) {
		terminal_problem("%s", problem);
		return NOT_DONE;
	}
	/* What is wrong with it does not keep the others from being listed. */
	if (!key_folder_signing(arena, &folder, &signing, &problem))
		terminal_problem("%s", problem);
	*lines = arena_alloc(arena, (folder.count + 1) * sizeof **lines);
	for (size_t i = 0; i < folder.count; i++)
		describe(
		    &folder, arena, &folder.entries[i], signing, &(*lines)[i]);
	*count = folder.count;
	return DONE;
}

static int list_one(struct context *context, struct line **lines, size_t *count)
{
	const struct config *config = context->config;
	const char *problem = NULL;
	struct keyring *keys = keyring_open(context->arena, config, &problem);
	const struct key *key = NULL;
	bool signs = false;

	if (keys == NULL) {
		terminal_problem("%s", problem);
		return NOT_DONE;
	}
	key = keyring_next(keys, NULL);
	signs = keyring_signing(keys) != NULL;
	*lines = arena_alloc(context->arena, sizeof **lines);
	**lines = (struct line){ arena_string(context->arena, key->id),
		config_algorithm(key->algorithm),
		signs ? "signing" : "verifying",
		since(context->arena,
		    signs ? config->signing_key : config->verifying_key),
		NULL };
	*count = 1;
	keyring_close(keys);
	return DONE;
}

int key_list(struct context *context, int argc, char **argv)
{
	static const struct option none[] = { { 0 } };
	struct line *lines = NULL;
	size_t count = 0;
	int result = NOT_DONE;

	if (!options_read(argc, argv, none, NULL, (struct operands){ 0, 0 }))
		return WRONG_USAGE;
	result = key_folder_is_meant(context->config->signing_key)
	    ? list_folder(context, &lines, &count)
	    : list_one(context, &lines, &count);
	if (result != DONE)
		return result;
	if (context->json)
		print_json(context->arena, lines, count);
	else
		print_text(context->arena, lines, count);
	return DONE;
}
