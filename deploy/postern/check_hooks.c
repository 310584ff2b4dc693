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

/* Where an event is told; the host is NULL when it is not. */
struct place {
	const char *host, *port;
};

static struct place place_of(const struct context *context, size_t event)
{
	const char *address = hook_address(context->config, hook_events[event]);
	struct place place = { NULL, NULL };

	if (address[0] != '\0')
		reach_split(context->arena, address, &place.host, &place.port);
	return place;
}

static bool is_known(
    const struct context *context, const struct place *place, size_t event)
{
	for (size_t i = 0; i < event; i++) {
		struct place other = place_of(context, i);

		if (other.host != NULL &&
		    strcmp(other.host, place->host) == 0 &&
		    strcmp(other.port, place->port) == 0)
			return true;
	}
	return false;
}

/* Who is told may be away for a while: no reason to fail. */
static void check_place(struct context *context, const struct place *place,
    const char *event, struct report *report)
{
	const char *problem = reach(place->host, place->port);

	if (problem != NULL)
		report_add(report, "hooks", WARNING,
		    arena_printf(context->arena,
			"on_%s: %s port %s: %s; see whether the program that "
			"is told is there",
			event, place->host, place->port, problem));
	else
		report_add(report, "hooks", FINE,
		    arena_printf(context->arena, "%s port %s answers",
			place->host, place->port));
}

void check_hooks(struct context *context, struct report *report)
{
	if (!config_has_hooks(context->config))
		return;
	check_key(context, report);
	for (size_t i = 0; hook_events[i] != NULL; i++) {
		const struct place place = place_of(context, i);

		/* Each place once, however many events it is told of. */
		if (place.host != NULL && !is_known(context, &place, i))
			check_place(context, &place, hook_events[i], report);
	}
}
