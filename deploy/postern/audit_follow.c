/* audit_follow.c - prints entries of the audit log as they come. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit.h"
#include "clock.h"
#include "queries.h"

#define STATEMENT_MS 15000
#define SLACK 5 /* seconds that a transaction may outlast its request */

static volatile sig_atomic_t stopping;

/* The numbers of entries that were printed, or were there at first. */
struct seen {
	struct arena *arena;
	int64_t *ids; /* ascending */
	size_t count;
};

struct follow {
	struct context *context;
	const struct audit_filter *filter;
	const char *moment; /* of the last look, in the memory of `seen` */
	struct seen seen;
};

static void stop(int number)
{
	(void)number;
	stopping = 1;
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = stop };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static int compare(const void *a, const void *b)
{
	int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;

	return (first > second) - (first < second);
}

static bool is_seen(const struct seen *seen, int64_t id)
{
	return seen->count > 0 &&
	    bsearch(&id, seen->ids, seen->count, sizeof id, compare) != NULL;
}

/* Adds the numbers of rows; rows without one are none. */
static void see(struct seen *seen, const struct rows *rows)
{
	size_t more = rows_count(rows);
	int64_t *ids =
	    arena_alloc(seen->arena, (seen->count + more + 1) * sizeof *ids);

	if (seen->count > 0)
		memcpy(ids, seen->ids, seen->count * sizeof *ids);
	for (size_t i = 0; i < more; i++)
		if (rows_text(rows, i, "id") != NULL)
			ids[seen->count++] = rows_integer(rows, i, "id");
	qsort(ids, seen->count, sizeof *ids, compare);
	seen->ids = ids;
}

/* Prints those that were not there before; what that takes is in the arena. */
static void print_new(
    const struct follow *follow, struct arena *arena, const struct rows *rows)
{
	struct context context = *follow->context;

	context.arena = arena;
	for (size_t i = 0; i < rows_count(rows); i++)
		if (rows_text(rows, i, "id") != NULL &&
		    !is_seen(&follow->seen, rows_integer(rows, i, "id")))
			audit_line(&context, rows, i);
}

/* What is there since the last look, and a while before that. */
static enum outcome look(
    struct follow *follow, struct arena *arena, const struct rows **rows)
{
	const struct audit_filter *filter = follow->filter;
	struct context *context = follow->context;
	int64_t back = context->config->time_limit + SLACK;

	db_deadline(context->db, clock_milliseconds() + STATEMENT_MS);
	return DB_RUN(context->db, arena, &query_operator_audit_new, rows,
	    filter->account.canonical, filter->account.subject, filter->event,
	    follow->moment, db_integer(arena, back));
}

/* Remembers a look in place of the one before. */
static void remember(
    struct follow *follow, struct arena *arena, const struct rows *rows)
{
	arena_close(follow->seen.arena);
	follow->seen = (struct seen){ .arena = arena };
	follow->moment = rows_text(rows, 0, "moment");
	see(&follow->seen, rows);
}

/* Looks first, so that what comes between the two is printed, and once. */
static bool begin(struct follow *follow)
{
	struct arena *arena = arena_open();
	const struct rows *recent = NULL, *last = NULL;

	if (look(follow, arena, &recent) != OK ||
	    audit_entries(follow->context, arena, follow->filter, &last) !=
		OK) {
		arena_close(arena);
		return false;
	}
	print_new(follow, arena, last);
	remember(follow, arena, recent);
	see(&follow->seen, last);
	return true;
}

static void go_on(struct follow *follow)
{
	struct arena *arena = arena_open();
	const struct rows *rows = NULL;

	if (look(follow, arena, &rows) != OK) {
		arena_close(arena);
		return;
	}
	print_new(follow, arena, rows);
	remember(follow, arena, rows);
}

int audit_follow(struct context *context, const struct audit_filter *filter)
{
	const struct timespec second = { 1, 0 };
	struct follow follow = { .context = context, .filter = filter };
	bool has_begun = false;

	catch_signals();
	while (!stopping) {
		if (has_begun)
			go_on(&follow);
		else
			has_begun = begin(&follow);
		if (fflush(stdout) != 0)
			break;
		if (!stopping)
			nanosleep(&second, NULL);
	}
	arena_close(follow.seen.arena);
	return DONE;
}
