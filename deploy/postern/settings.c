/* settings.c - lists the settings. */
#include <stdio.h>

#include "command.h"
#include "options.h"
#include "reply.h"

struct list {
	const struct context *context;
	bool has_begun;
};

static void print_setting(
    void *context, const char *name, const char *fallback, const char *help)
{
	struct list *list = context;
	struct reply *reply = NULL;

	if (!list->context->json) {
		printf("%s =%s%s\n      %s\n", name,
		    *fallback != '\0' ? " " : "", fallback, help);
		return;
	}
	reply = reply_open(list->context->arena);
	reply_string(reply, "name", name);
	reply_string(reply, "default", fallback);
	reply_string(reply, "help", help);
	printf("%c%s", list->has_begun ? ',' : '[', reply_text(reply));
	list->has_begun = true;
}

static int settings(struct context *context, int argc, char **argv)
{
	static const struct option none[] = { { 0 } };
	struct list list = { context, false };

	if (!options_read(argc, argv, none, NULL, (struct operands){ 0, 0 }))
		return WRONG_USAGE;
	config_describe(print_setting, &list);
	if (context->json)
		puts("]");
	return DONE;
}

const struct command settings_commands[] = {
	{ "settings", "",
	    "Lists all settings, each with its default and what it is for.",
	    settings },
	{ 0 },
};
