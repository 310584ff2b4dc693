/* key_retire.c - lets a key verify nothing any more. */
#include "key_commands.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "answer.h"
#include "clock.h"
#include "options.h"
#include "terminal.h"

#define LOOK_S 1 /* until every process has seen which key signs */

static int64_t longer(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* How long a token that was signed a moment ago can be presented. */
static int64_t longest_life(const struct config *config)
{
	int64_t life = longer(config->access_token_lifetime,
	    longer(config->refresh_token_lifetime,
		config->remember_token_lifetime));

	life = longer(life, config->sliding_token_lifetime);
	life = longer(life, config->sliding_token_refresh_lifetime);
	return life + config->leeway + config->time_limit + LOOK_S;
}

/*
 * Says until when there may be tokens of keys that do not sign. Returns false
 * where nothing tells.
 */
static bool needed_until(const struct ring *ring, int64_t *until)
{
	struct context *context = ring->context;
	struct stat status = { 0 };

	if (stat(arena_printf(context->arena, "%s/signing", ring->folder.path),
		&status) != 0)
		return false;
	*until = status.st_mtim.tv_sec + longest_life(context->config);
	return true;
}

/* Returns true when nobody needs the key any more, else says until when. */
static bool is_over(const struct ring *ring, const char *id)
{
	int64_t until = 0;
	time_t moment = 0;
	struct tm parts = { 0 };
	char text[32] = "";

	if (!needed_until(ring, &until)) {
		terminal_problem("%s: there may be tokens of it, and as no key "
				 "signs here nothing tells until when; retire "
				 "it with --force",
		    id);
		return false;
	}
	if (clock_seconds() >= until)
		return true;
	moment = (time_t)until;
	gmtime_r(&moment, &parts);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
	terminal_problem("%s: there may be tokens of it until %s; wait, or "
			 "refuse them from now on with --force",
	    id, text);
	return false;
}

/* From the first rename on it is retired, whatever is left of it. */
static bool put_away(const struct ring *ring, const struct key_entry *entry)
{
	struct arena *arena = ring->context->arena;
	const struct key_folder *folder = &ring->folder;
	const char *retired =
	    key_entry_path(arena, folder, entry, KEY_FILE_RETIRED);
	const char *pub = key_entry_path(arena, folder, entry, KEY_FILE_PUB);
	bool is_done = false;

	if ((entry->files & KEY_FILE_KEY) == 0)
		is_done = ring_rename(pub, retired);
	else
		is_done = ring_rename(key_entry_path(
					  arena, folder, entry, KEY_FILE_KEY),
			      retired) &&
		    ring_remove(pub);
	/* The list says since when. */
	if (is_done)
		utimensat(AT_FDCWD, retired, NULL, 0);
	return is_done;
}

static int say(
    struct context *context, const char *id, bool is_changed, const char *text)
{
	struct reply *answer = answer_open(context);

	reply_string(answer, "kid", id);
	reply_boolean(answer, "changed", is_changed);
	answer_print(
	    context, answer, arena_printf(context->arena, "%s %s", id, text));
	return key_publish_change(context);
}

static int retire(struct ring *ring, const char *id, bool is_forced)
{
	struct context *context = ring->context;
	const struct key_entry *entry = ring_find(ring, id);
	const char *signing = ring_signing(ring);

	if (entry == NULL)
		return NOT_DONE;
	if (!key_entry_is_live(entry))
		return ring_remove(key_entry_path(
			   context->arena, &ring->folder, entry, KEY_FILE_PUB))
		    ? say(context, id, false, "is retired already")
		    : NOT_DONE;
	if ((entry->files & KEY_FILE_IMPORTED) != 0) {
		if (!ring_remove(key_entry_path(context->arena, &ring->folder,
			entry, KEY_FILE_IMPORTED)))
			return NOT_DONE;
		return say(context, id, true,
		    "is removed; the next import of its source brings it back "
		    "when it is still there");
	}
	if (signing != NULL && strcmp(signing, id) == 0) {
		terminal_problem("%s signs; let another one sign first, with "
				 "postern key use KID%s",
		    id, key_folder_choice(context->arena, &ring->folder));
		return NOT_DONE;
	}
	if ((!is_forced && !is_over(ring, id)) || !put_away(ring, entry))
		return NOT_DONE;
	return say(context, id, true, "is retired");
}

int key_retire(struct context *context, int argc, char **argv)
{
	int force = 0;
	const struct option options[] = {
		{ "force", no_argument, &force, 1 },
		{ 0 },
	};
	struct ring ring = { 0 };
	int result = NOT_DONE;

	if (!options_read(argc, argv, options, NULL, (struct operands){ 1, 1 }))
		return WRONG_USAGE;
	if (!ring_open_own(context, NULL, false, &ring))
		return NOT_DONE;
	result = retire(&ring, argv[optind], force != 0);
	ring_close(&ring);
	return result;
}
