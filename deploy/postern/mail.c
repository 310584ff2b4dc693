/* mail.c - postern mail: deliver letters, look at them, put them back. */
#include "command.h"
#include "mail_queue.h"
#include "queue_command.h"

static int run(struct context *context, int argc, char **argv)
{
	return queue_command_run(&mail_queue, context, argc, argv);
}

static int list(struct context *context, int argc, char **argv)
{
	return queue_command_list(&mail_queue, context, argc, argv);
}

static int retry(struct context *context, int argc, char **argv)
{
	return queue_command_retry(&mail_queue, context, argc, argv);
}

const struct command mail_commands[] = {
	{ "mail run", "[--once [--detached]]",
	    "Delivers letters until SIGTERM; with --once those that are due.\n"
	    "      --detached: says nothing, and leaves at once where one runs.",
	    run },
	{ "mail list", "[--all]",
	    "Lists letters that wait or failed; with --all the newest 1000.",
	    list },
	{ "mail retry", "ID... | --failed",
	    "Puts letters back that failed or wait for another attempt.",
	    retry },
	{ 0 },
};
