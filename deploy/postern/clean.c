/* clean.c - removes what has expired. */
#include <inttypes.h>
#include <stdio.h>

#include "clock.h"
#include "options.h"
#include "queries.h"
#include "reply.h"
#include "terminal.h"

#define BATCH 1000 /* rows of one statement: locks are held shortly */
#define PROGRESS_MS 5000
#define HOUR INT64_C(3600)
#define DAY (24 * HOUR)

#define FOR_EVER INT64_C(-1)

/* One kind of thing, and how long it is kept when it is over. */
struct step {
	const char *name;
	const char *what;
	const struct query *query;
	int64_t age; /* seconds, or FOR_EVER */
};

/* Removes batch by batch. Returns OK and sets *removed, or UNAVAILABLE. */
static enum outcome remove_old(
    struct context *context, const struct step *step, int64_t *removed)
{
	int64_t told_at = clock_milliseconds(), last = 0;

	*removed = 0;
	if (step->age == FOR_EVER)
		return OK;
	do {
		struct arena *arena = arena_open();
		const struct rows *rows = NULL;
		enum outcome outcome =
		    DB_RUN(context->db, arena, step->query, &rows,
			db_integer(arena, BATCH), db_integer(arena, step->age));

		last = outcome == OK ? rows_integer(rows, 0, "removed") : 0;
		arena_close(arena);
		if (outcome != OK)
			return outcome;
		*removed += last;
		if (clock_milliseconds() - told_at > PROGRESS_MS) {
			terminal_problem("%" PRId64 " %s removed so far",
			    *removed, step->what);
			told_at = clock_milliseconds();
		}
	} while (last == BATCH);
	return OK;
}

static int clean(struct context *context, int argc, char **argv)
{
	const struct config *config = context->config;
	/* A counter that is younger may still hold a letter back. */
	const int64_t idle =
	    config->address_interval > HOUR ? config->address_interval : HOUR;
	/* Where nobody needs to activate, the unverified are users as well. */
	const int64_t unverified = config->check_user_is_active
	    ? config->unverified_lifetime
	    : FOR_EVER;
	const struct step steps[] = {
		{ "sessions", "expired sessions", &query_clean_sessions, 0 },
		{ "tickets", "expired tickets", &query_clean_tickets, 0 },
		{ "throttle", "idle counters", &query_clean_throttle, idle },
		{ "letters", "old letters", &query_clean_letters, 7 * DAY },
		{ "invitations", "old invitations", &query_clean_invitations,
		    30 * DAY },
		{ "hooks", "old hooks", &query_clean_hooks, 7 * DAY },
		{ "users", "accounts never activated", &query_clean_users,
		    unverified },
		{ "audit", "old entries of the audit log", &query_clean_audit,
		    config->audit_retention },
	};
	static const struct option none[] = { { 0 } };
	struct reply *reply = reply_open(context->arena);

	if (!options_read(argc, argv, none, NULL, (struct operands){ 0, 0 }))
		return WRONG_USAGE;
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		int64_t removed = 0;

		if (remove_old(context, &steps[i], &removed) != OK) {
			terminal_problem("%s are left", steps[i].what);
			return NOT_DONE;
		}
		reply_integer(reply, steps[i].name, removed);
		if (!context->json)
			printf("%8" PRId64 "  %s\n", removed, steps[i].what);
	}
	if (context->json)
		puts(reply_text(reply));
	return DONE;
}

const struct command clean_commands[] = {
	{ "clean", "",
	    "Removes what has expired; run it once a day, at any time.",
	    clean },
	{ 0 },
};
