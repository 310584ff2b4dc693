/* mail.c - postern mail: deliver letters, look at them, put them back. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "command.h"
#include "listing.h"
#include "mail_run.h"
#include "options.h"
#include "queries.h"
#include "reply.h"
#include "terminal.h"

#define STATEMENT_MS 15000
#define OPERANDS_MAX 1000

static int no_database(const struct context *context)
{
	terminal_problem("database: %s", db_problem(context->db));
	return NOT_DONE;
}

static int run(struct context *context, int argc, char **argv)
{
	int once = 0;
	const struct option options[] = {
		{ "once", no_argument, &once, 1 },
		{ 0 },
	};
	struct mail_counts counts = { 0 };
	bool is_done = false;

	if (!options_read(argc, argv, options, NULL, (struct operands){ 0, 0 }))
		return WRONG_USAGE;
	is_done = mail_run(context, once != 0, &counts);
	if (!once)
		return DONE;
	if (context->json) {
		struct reply *reply = reply_open(context->arena);

		reply_integer(reply, "sent", counts.sent);
		reply_integer(reply, "dropped", counts.dropped);
		reply_integer(reply, "waiting", counts.waiting);
		reply_integer(reply, "failed", counts.failed);
		puts(reply_text(reply));
	} else {
		printf("%" PRId64 " sent, %" PRId64 " dropped, %" PRId64
		       " waiting, %" PRId64 " failed\n",
		    counts.sent, counts.dropped, counts.waiting, counts.failed);
	}
	if (!is_done)
		return no_database(context);
	return counts.failed == 0 ? DONE : NOT_DONE;
}

static int list(struct context *context, int argc, char **argv)
{
	static const struct column columns[] = {
		{ "id", COLUMN_INTEGER },
		{ "purpose", COLUMN_TEXT },
		{ "recipient", COLUMN_TEXT },
		{ "state", COLUMN_TEXT },
		{ "attempts", COLUMN_INTEGER },
		{ "created_at", COLUMN_TEXT },
		{ "due_at", COLUMN_TEXT },
		{ "problem", COLUMN_TEXT },
		{ 0 },
	};
	int all = 0;
	const struct option options[] = {
		{ "all", no_argument, &all, 1 },
		{ 0 },
	};
	const struct rows *rows = NULL;

	if (!options_read(argc, argv, options, NULL, (struct operands){ 0, 0 }))
		return WRONG_USAGE;
	db_deadline(context->db, clock_milliseconds() + STATEMENT_MS);
	if (DB_RUN(context->db, context->arena, &query_outbox_list, &rows,
		db_boolean(all != 0)) != OK)
		return no_database(context);
	listing_rows(context, rows, columns);
	return DONE;
}

/* Returns true for the number of a letter as `mail list` prints it. */
static bool is_number(const char *text)
{
	char *end = NULL;

	errno = 0;
	return strtoll(text, &end, 10) > 0 && errno == 0 && *end == '\0';
}

/*
 * Puts one letter back, all that failed where id is NULL.
 * Returns how many, -1 when the database is away.
 */
static int64_t put_back(struct context *context, const char *id)
{
	const struct rows *rows = NULL;

	db_deadline(context->db, clock_milliseconds() + STATEMENT_MS);
	if (DB_RUN(context->db, context->arena, &query_outbox_retry, &rows,
		id) != OK)
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

static int retry(struct context *context, int argc, char **argv)
{
	int failed = 0;
	const struct option options[] = {
		{ "failed", no_argument, &failed, 1 },
		{ 0 },
	};
	int64_t count = 0, now = 0;
	bool is_done = true;

	if (!options_read(argc, argv, options, NULL,
		(struct operands){ 0, OPERANDS_MAX }))
		return WRONG_USAGE;
	if ((failed != 0) == (optind < argc)) {
		terminal_problem("either numbers or --failed");
		return WRONG_USAGE;
	}
	for (int i = optind; i < argc; i++)
		if (!is_number(argv[i])) {
			terminal_problem("\"%s\" is no number", argv[i]);
			return WRONG_USAGE;
		}
	if (failed && (count = put_back(context, NULL)) < 0)
		return no_database(context);
	for (int i = optind; i < argc; i++) {
		now = put_back(context, argv[i]);
		if (now < 0)
			return no_database(context);
		if (now == 0) {
			terminal_problem(
			    "letter %s neither failed nor waits for another "
			    "attempt",
			    argv[i]);
			is_done = false;
		}
		count += now;
	}
	print_put_back(context, count);
	return is_done ? DONE : NOT_DONE;
}

const struct command mail_commands[] = {
	{ "mail run", "[--once]",
	    "Delivers letters until SIGTERM; with --once those that are due.",
	    run },
	{ "mail list", "[--all]",
	    "Lists letters that wait or failed; with --all the newest 1000.",
	    list },
	{ "mail retry", "ID... | --failed",
	    "Puts letters back that failed or wait for another attempt.",
	    retry },
	{ 0 },
};
