/* queue_command.c - the commands that every queue has. */
#include "queue_command.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "options.h"
#include "queue_run.h"
#include "reply.h"
#include "terminal.h"

#define OPERANDS_MAX 1000

static int no_database(const struct context *context)
{
	terminal_problem("database: %s", db_problem(context->db));
	return NOT_DONE;
}

static void print_counts(struct context *context, const int64_t counts[ENDINGS])
{
	struct reply *reply = reply_open(context->arena);

	if (!context->json) {
		printf("%" PRId64 " sent, %" PRId64 " dropped, %" PRId64
		       " waiting, %" PRId64 " failed\n",
		    counts[ITEM_SENT], counts[ITEM_DROPPED],
		    counts[ITEM_WAITING], counts[ITEM_FAILED]);
		return;
	}
	reply_integer(reply, "sent", counts[ITEM_SENT]);
	reply_integer(reply, "dropped", counts[ITEM_DROPPED]);
	reply_integer(reply, "waiting", counts[ITEM_WAITING]);
	reply_integer(reply, "failed", counts[ITEM_FAILED]);
	puts(reply_text(reply));
}

static enum run_mode mode_of(int once, int detached)
{
	if (detached)
		return RUN_DETACHED;
	return once ? RUN_ONCE : RUN_ON;
}

int queue_command_run(
    const struct queue *queue, struct context *context, int argc, char **argv)
{
	int once = 0, detached = 0;
	const struct option options[] = {
		{ "once", no_argument, &once, 1 },
		{ "detached", no_argument, &detached, 1 },
		{ 0 },
	};
	int64_t counts[ENDINGS] = { 0 };
	bool is_done = false;

	if (!options_read(argc, argv, options, NULL, (struct operands){ 0, 0 }))
		return WRONG_USAGE;
	if (detached && (!once || queue->lock == NULL)) {
		terminal_problem("--detached goes with mail run --once");
		return WRONG_USAGE;
	}
	is_done = queue_run(queue, context, mode_of(once, detached), counts);
	if (!once || detached)
		return is_done ? DONE : NOT_DONE;
	print_counts(context, counts);
	if (!is_done)
		return no_database(context);
	return counts[ITEM_FAILED] == 0 ? DONE : NOT_DONE;
}

int queue_command_list(
    const struct queue *queue, struct context *context, int argc, char **argv)
{
	int all = 0;
	const struct option options[] = {
		{ "all", no_argument, &all, 1 },
		{ 0 },
	};
	const struct rows *rows = NULL;

	if (!options_read(argc, argv, options, NULL, (struct operands){ 0, 0 }))
		return WRONG_USAGE;
	db_deadline(context->db, clock_milliseconds() + QUEUE_STATEMENT_MS);
	if (DB_RUN(context->db, context->arena, queue->list, &rows,
		db_boolean(all != 0)) != OK)
		return no_database(context);
	listing_rows(context, rows, queue->columns);
	return DONE;
}

/* Returns true for the number of an item as the list prints it. */
static bool is_number(const char *text)
{
	char *end = NULL;

	errno = 0;
	return strtoll(text, &end, 10) > 0 && errno == 0 && *end == '\0';
}

/* Either numbers or --failed. Returns false after saying what is wrong. */
static bool is_choice(bool is_failed, int argc, char **argv)
{
	if (is_failed == (optind < argc)) {
		terminal_problem("either numbers or --failed");
		return false;
	}
	for (int i = optind; i < argc; i++)
		if (!is_number(argv[i])) {
			terminal_problem("\"%s\" is no number", argv[i]);
			return false;
		}
	return true;
}

/*
 * Puts one item back, all that failed where id is NULL.
 * Returns how many, -1 when the database is away.
 */
static int64_t put_back(
    const struct queue *queue, struct context *context, const char *id)
{
	const struct rows *rows = NULL;

	db_deadline(context->db, clock_milliseconds() + QUEUE_STATEMENT_MS);
	if (DB_RUN(context->db, context->arena, queue->retry, &rows, id) != OK)
		return -1;
	return (int64_t)rows_count(rows);
}

static void print_put_back(struct context *context, int64_t count)
{
	struct reply *reply = reply_open(context->arena);

	if (!context->json) {
		printf("%" PRId64 " put back\n", count);
		return;
	}
	reply_integer(reply, "put_back", count);
	puts(reply_text(reply));
}

int queue_command_retry(
    const struct queue *queue, struct context *context, int argc, char **argv)
{
	int failed = 0;
	const struct option options[] = {
		{ "failed", no_argument, &failed, 1 },
		{ 0 },
	};
	int64_t count = 0, now = 0;
	bool is_done = true;

	if (!options_read(argc, argv, options, NULL,
		(struct operands){ 0, OPERANDS_MAX }) ||
	    !is_choice(failed != 0, argc, argv))
		return WRONG_USAGE;
	if (failed && (count = put_back(queue, context, NULL)) < 0)
		return no_database(context);
	for (int i = optind; i < argc; i++) {
		now = put_back(queue, context, argv[i]);
		if (now < 0)
			return no_database(context);
		if (now == 0) {
			terminal_problem(
			    "%s %s neither failed nor waits for another "
			    "attempt",
			    queue->item, argv[i]);
			is_done = false;
		}
		count += now;
	}
	print_put_back(context, count);
	return is_done ? DONE : NOT_DONE;
}
