/* check_hooks.c - looks whether what happens can be told. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "hook_event.h"
#include "hook_key.h"
#include "reach.h"
#include "secret.h"

static void check_key(struct context *context, struct report *report)
{
	const char *path = context->config->hook_key;
	struct hook_key key = { 0 };
	const char *problem = NULL;

	if (access(path, F_OK) != 0 && errno == ENOENT)
		report_add(report, "hook_key", PROBLEM,
		    arena_printf(context->arena,
			"%s does not exist; run postern hook key", path));
	else if (!hook_key_read(context->arena, path, &key, &problem))
		report_add(report, "hook_key", PROBLEM, problem);
	else
		report_add(report, "hook_key", FINE, path);
	secret_wipe(&key, sizeof key);
}

/* Each address once, however many events it is told of. */
static bool is_new(const struct config *config, size_t event)
{
	const char *address = hook_address(config, hook_events[event]);

	for (size_t i = 0; i < event; i++)
		if (strcmp(hook_address(config, hook_events[i]), address) == 0)
			return false;
	return address[0] != '\0';
}

/* Who is told may be away for a while: no reason to fail. */
static void check_address(
    struct context *context, const char *event, struct report *report)
{
	struct arena *arena = context->arena;
	const char *host = NULL, *port = NULL, *problem = NULL;

	reach_split(arena, hook_address(context->config, event), &host, &port);
	problem = reach(host, port);
	if (problem != NULL)
		report_add(report, "hooks", WARNING,
		    arena_printf(arena,
			"on_%s: %s port %s: %s; see whether the program that "
			"is told is there",
			event, host, port, problem));
	else
		report_add(report, "hooks", FINE,
		    arena_printf(arena, "%s port %s answers", host, port));
}

void check_hooks(struct context *context, struct report *report)
{
	if (!config_has_hooks(context->config))
		return;
	check_key(context, report);
	for (size_t i = 0; hook_events[i] != NULL; i++)
		if (is_new(context->config, i))
			check_address(context, hook_events[i], report);
}
