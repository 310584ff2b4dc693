/* key_publish.c - writes the public keys as a JWK set. */
#include "key_commands.h"

#include <errno.h>
#include <string.h>

#include "answer.h"
#include "jwk.h"
#include "options.h"
#include "terminal.h"

/* A ring in which nothing lives is refused where tokens are verified. */
static bool is_empty(const struct context *context)
{
	const char *path = context->config->signing_key, *problem = NULL;
	struct key_folder folder = { 0 };
	bool is_empty = key_folder_is_meant(path) &&
	    key_folder_read(context->arena, path, &folder, &problem);

	for (size_t i = 0; i < folder.count; i++)
		is_empty = is_empty && !key_entry_is_live(&folder.entries[i]);
	return is_empty;
}

/* Sets *count. Returns DONE, or NOT_DONE after saying why. */
static int publish(struct context *context, const char *path, size_t *count)
{
	const struct writing everybody = { 0644, (uid_t)-1, (gid_t)-1 };
	const char *problem = NULL, *text = NULL;
	bool has_none = is_empty(context);
	struct keyring *keys = has_none
	    ? NULL
	    : keyring_open(context->arena, context->config, &problem);

	if (keys != NULL || has_none) {
		text = jwk_set(context->arena, keys, count);
		problem = "a public key cannot be read";
	}
	keyring_close(keys);
	if (text != NULL &&
	    !writing_over(
		context->arena, path, &everybody, text, strlen(text))) {
		problem = arena_printf(
		    context->arena, "%s: %s", path, strerror(errno));
		text = NULL;
	}
	if (text == NULL)
		terminal_problem("the keys are not published: %s", problem);
	return text != NULL ? DONE : NOT_DONE;
}

int key_publish_change(struct context *context)
{
	size_t count = 0;

	if (context->config->jwks_file[0] == '\0')
		return DONE;
	return publish(context, context->config->jwks_file, &count);
}

/* Of two at once in a ring the second one waits, and has the later keys. */
static int publish_alone(
    struct context *context, const char *path, size_t *count)
{
	struct ring ring = { 0 };
	int result = NOT_DONE;

	if (!key_folder_is_meant(context->config->signing_key))
		return publish(context, path, count);
	if (!ring_open_own(context, NULL, false, &ring))
		return NOT_DONE;
	result = publish(context, path, count);
	ring_close(&ring);
	return result;
}

int key_publish(struct context *context, int argc, char **argv)
{
	static const struct option none[] = { { 0 } };
	const char *path = context->config->jwks_file;
	struct reply *answer = answer_open(context);
	size_t count = 0;

	if (!options_read(argc, argv, none, NULL, (struct operands){ 0, 1 }))
		return WRONG_USAGE;
	if (optind < argc)
		path = argv[optind];
	if (path[0] == '\0') {
		terminal_problem("name a file, or set jwks_file");
		return WRONG_USAGE;
	}
	if (publish_alone(context, path, &count) != DONE)
		return NOT_DONE;
	reply_string(answer, "file", path);
	reply_integer(answer, "keys", (int64_t)count);
	answer_print(context, answer,
	    arena_printf(context->arena, "%zu key%s in %s%s", count,
		count == 1 ? "" : "s", path,
		count == 0 ? ": secrets of HS are never published" : ""));
	return DONE;
}
