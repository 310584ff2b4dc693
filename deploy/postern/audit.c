/* audit.c - shows the audit log. */
#include "audit.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "listing.h"
#include "options.h"
#include "queries.h"
#include "terminal.h"

#define LIST_DEFAULT 100
#define LIST_MAX 1000000
#define STATEMENT_MS 60000

enum value { USER, WHAT, SINCE, LIMIT, VALUES };

static const struct column text_columns[] = {
	{ "time", COLUMN_TEXT },
	{ "event", COLUMN_TEXT },
	{ "account", COLUMN_TEXT },
	{ "by", COLUMN_TEXT },
	{ "peer", COLUMN_TEXT },
	{ "session", COLUMN_TEXT },
	{ "outcome", COLUMN_TEXT },
	{ 0 },
};

static const struct column json_columns[] = {
	{ "id", COLUMN_INTEGER },
	{ "time", COLUMN_TEXT },
	{ "event", COLUMN_TEXT },
	{ "account", COLUMN_TEXT },
	{ "account_id", COLUMN_TEXT },
	{ "by", COLUMN_TEXT },
	{ "name_hash", COLUMN_TEXT },
	{ "peer", COLUMN_TEXT },
	{ "session", COLUMN_TEXT },
	{ "outcome", COLUMN_TEXT },
	{ 0 },
};

static const struct column *columns_of(const struct context *context)
{
	return context->json ? json_columns : text_columns;
}

void audit_line(
    const struct context *context, const struct rows *rows, size_t row)
{
	/* What most are not wider than. */
	static const size_t widths[] = { 20, 16, 16, 8, 18, 32, 0 };

	listing_line(context, rows, row, columns_of(context), widths);
}

enum outcome audit_entries(struct context *context, struct arena *arena,
    const struct audit_filter *filter, const struct rows **rows)
{
	db_deadline(context->db, clock_milliseconds() + STATEMENT_MS);
	return DB_RUN(context->db, arena, &query_operator_audit, rows,
	    filter->account.canonical, filter->account.subject, filter->event,
	    filter->since, db_integer(arena, filter->limit));
}

/* The seconds of one s, m, h, d; 0 for anything else. */
static int64_t seconds_of(char unit)
{
	static const char units[] = "smhd";
	static const int64_t seconds[] = { 1, 60, 3600, 86400 };
	const char *found = strchr(units, unit);

	return unit != '\0' && found != NULL ? seconds[found - units] : 0;
}

/* 30m, 2h, 7d: so long ago. */
static bool read_age(const char *text, int64_t *moment)
{
	char *end = NULL;
	int64_t number = 0;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	number = strtoll(text, &end, 10);
	if (errno != 0 || number > INT32_MAX || *end == '\0' ||
	    seconds_of(*end) == 0 || end[1] != '\0')
		return false;
	*moment = clock_seconds() - number * seconds_of(*end);
	return true;
}

/* A date, or a date and a time of day, in UTC. */
static bool read_date(const char *text, int64_t *moment)
{
	static const char *const forms[] = { "%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ",
		"%Y-%m-%dT%H:%MZ", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M" };

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct tm parts = { 0 };
		const char *end = strptime(text, forms[i], &parts);

		if (end == NULL || *end != '\0')
			continue;
		*moment = (int64_t)timegm(&parts);
		return true;
	}
	return false;
}

static bool read_since(
    struct context *context, const char *text, struct audit_filter *filter)
{
	int64_t moment = 0;

	if (text == NULL)
		return true;
	if (!read_age(text, &moment) && !read_date(text, &moment)) {
		terminal_problem("--since: \"%s\" is no time: 30m, 2h or 7d, "
				 "or 2031-01-31 or 2031-01-31T12:00:00Z (UTC)",
		    text);
		return false;
	}
	filter->since = db_integer(context->arena, moment);
	return true;
}

/* Returns DONE, or NOT_DONE after saying that there is no such account. */
static int find_account(
    struct context *context, const char *name, struct audit_filter *filter)
{
	const struct rows *rows = NULL;

	if (name == NULL)
		return DONE;
	if (!account_named(context, name, &filter->account))
		return NOT_DONE;
	return account_run(context, name, &query_operator_user_show, &rows);
}

static int list(struct context *context, const struct audit_filter *filter)
{
	const struct rows *rows = NULL;
	enum outcome outcome =
	    audit_entries(context, context->arena, filter, &rows);

	if (outcome != OK)
		return account_failed(outcome);
	listing_rows(context, rows, columns_of(context));
	if ((int64_t)rows_count(rows) == filter->limit)
		terminal_problem("these are the last %" PRId64
				 "; --limit N shows more",
		    filter->limit);
	return DONE;
}

static int audit(struct context *context, int argc, char **argv)
{
	int follow = 0;
	const struct option options[] = {
		{ "follow", no_argument, &follow, 1 },
		{ "user", required_argument, NULL, USER },
		{ "what", required_argument, NULL, WHAT },
		{ "since", required_argument, NULL, SINCE },
		{ "limit", required_argument, NULL, LIMIT },
		{ 0 },
	};
	const char *values[VALUES] = { NULL };
	struct audit_filter filter = { 0 };

	if (!options_read(
		argc, argv, options, values, (struct operands){ 0, 0 }) ||
	    !options_number("limit", values[LIMIT], LIST_MAX, LIST_DEFAULT,
		&filter.limit) ||
	    !read_since(context, values[SINCE], &filter))
		return WRONG_USAGE;
	filter.event = values[WHAT];
	if (find_account(context, values[USER], &filter) != DONE)
		return NOT_DONE;
	return follow ? audit_follow(context, &filter) : list(context, &filter);
}

const struct command audit_commands[] = {
	{ "audit",
	    "[--follow] [--user NAME] [--what EVENT] [--since TIME] "
	    "[--limit N]",
	    "Shows what happened, the newest last; --follow: goes on until\n"
	    "      Ctrl-C. TIME is an age (2h, 7d) or a date in UTC.",
	    audit },
	{ 0 },
};
