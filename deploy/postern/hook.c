/* hook.c - postern hook: tell what happened, look at it, make the key. */
#include "answer.h"
#include "hook_key.h"
#include "hook_queue.h"
#include "options.h"
#include "queue_command.h"
#include "secret_file.h"
#include "terminal.h"

static int run(struct context *context, int argc, char **argv)
{
	return queue_command_run(&hook_queue, context, argc, argv);
}

static int list(struct context *context, int argc, char **argv)
{
	return queue_command_list(&hook_queue, context, argc, argv);
}

static int retry(struct context *context, int argc, char **argv)
{
	return queue_command_retry(&hook_queue, context, argc, argv);
}

static int key(struct context *context, int argc, char **argv)
{
	static const struct option options[] = {
		{ "group", required_argument, NULL, 0 },
		{ 0 },
	};
	const char *values[1] = { NULL };
	const char *path = context->config->hook_key;
	struct reply *answer = answer_open(context);

	if (!options_read(
		argc, argv, options, values, (struct operands){ 0, 1 }))
		return WRONG_USAGE;
	if (optind < argc)
		path = argv[optind];
	if (path[0] == '\0') {
		terminal_problem("name a file, or set hook_key");
		return WRONG_USAGE;
	}
	if (!secret_file_new(path, values[0],
		arena_printf(
		    context->arena, "%s\n", hook_key_text(context->arena))))
		return NOT_DONE;
	reply_string(answer, "file", path);
	answer_print(
	    context, answer, arena_printf(context->arena, "made %s", path));
	return DONE;
}

const struct command hook_commands[] = {
	{ "hook run", "[--once]",
	    "Tells what happened until SIGTERM; with --once what is due.",
	    run },
	{ "hook list", "[--all]",
	    "Lists hooks that wait or failed; with --all the newest 1000.",
	    list },
	{ "hook retry", "ID... | --failed",
	    "Puts hooks back that failed or wait for another attempt.", retry },
	{ "hook key", "[FILE] [--group NAME]",
	    "Makes a random key that signs hooks, readable by its owner (and "
	    "group).",
	    key },
	{ 0 },
};
