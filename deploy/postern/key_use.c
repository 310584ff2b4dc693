/* key_use.c - makes a key of the ring the one that signs. */
#include "key_commands.h"

#include <string.h>

#include "answer.h"
#include "options.h"
#include "terminal.h"

static const char *fault_of(const struct key_entry *entry)
{
	if (entry == NULL)
		return "is no key of the ring";
	if (!key_entry_is_live(entry))
		return "is retired";
	if ((entry->files & KEY_FILE_IMPORTED) != 0)
		return "is another issuer's";
	return key_entry_can_sign(entry) ? NULL : "has no private half here";
}

/* The algorithm is the key's own; the setting is for new ones. */
static const char *explain(
    const struct context *context, const struct key_entry *entry)
{
	const enum algorithm algorithm = context->config->algorithm;

	return entry->algorithm == algorithm
	    ? ""
	    : arena_printf(context->arena,
		  " with %s (postern key new makes keys of %s)",
		  config_algorithm(entry->algorithm),
		  config_algorithm(algorithm));
}

static int use(struct ring *ring, const char *id)
{
	struct context *context = ring->context;
	const struct key_entry *entry = key_folder_find(&ring->folder, id);
	const char *signing = ring_signing(ring);
	bool is_changed = signing == NULL || strcmp(signing, id) != 0;
	struct reply *answer = NULL;
	const char *fault = fault_of(entry);

	if (fault != NULL) {
		terminal_problem("%s %s%s",
		    terminal_printable(context->arena, id), fault,
		    key_folder_choice(context->arena, &ring->folder));
		return NOT_DONE;
	}
	if (is_changed && !ring_sign_with(ring, id))
		return NOT_DONE;
	answer = answer_open(context);
	reply_string(answer, "kid", id);
	reply_boolean(answer, "changed", is_changed);
	answer_print(context, answer,
	    arena_printf(context->arena, "%s signs%s%s", id,
		is_changed ? "" : " already", explain(context, entry)));
	return key_publish_change(context);
}

int key_use(struct context *context, int argc, char **argv)
{
	static const struct option none[] = { { 0 } };
	struct ring ring = { 0 };
	int result = NOT_DONE;

	if (!options_read(argc, argv, none, NULL, (struct operands){ 1, 1 }))
		return WRONG_USAGE;
	if (!ring_open_own(context, NULL, false, &ring))
		return NOT_DONE;
	result = use(&ring, argv[optind]);
	ring_close(&ring);
	return result;
}
