/* session.c - lists and ends sessions. */
#include <inttypes.h>
#include <string.h>

#include "account.h"
#include "answer.h"
#include "listing.h"
#include "options.h"
#include "queries.h"
#include "secret.h"
#include "terminal.h"

#define LIST_DEFAULT 100
#define LIST_MAX 1000000

static int list(struct context *context, int argc, char **argv)
{
	static const struct column columns[] = {
		{ "id", COLUMN_TEXT },
		{ "username", COLUMN_TEXT },
		{ "created", COLUMN_TEXT },
		{ "last_used", COLUMN_TEXT },
		{ "expires", COLUMN_TEXT },
		{ "address", COLUMN_TEXT },
		{ "agent", COLUMN_TEXT },
		{ 0 },
	};
	static const struct option options[] = {
		{ "limit", required_argument, NULL, 0 },
		{ 0 },
	};
	const char *values[1] = { NULL };
	const struct rows *rows = NULL;
	struct account account = { 0 };
	int64_t limit = 0;
	enum outcome outcome = OK;

	if (!options_read(
		argc, argv, options, values, (struct operands){ 0, 1 }) ||
	    !options_number("limit", values[0], LIST_MAX, LIST_DEFAULT, &limit))
		return WRONG_USAGE;
	if (optind < argc &&
	    (!account_named(context, argv[optind], &account) ||
		account_run(context, argv[optind], &query_operator_user_show,
		    &rows) != DONE))
		return NOT_DONE;
	outcome = DB_RUN(context->db, context->arena,
	    &query_operator_session_list, &rows, account.canonical,
	    account.subject, db_integer(context->arena, limit));
	if (outcome != OK)
		return account_failed(outcome);
	listing_rows(context, rows, columns);
	listing_cut(rows, limit);
	return DONE;
}

static int end_one(struct context *context, const char *id)
{
	const struct rows *rows = NULL;
	struct reply *answer = answer_open(context);
	bool is_changed = false;
	enum outcome outcome = OK;

	if (!secret_is_id(id)) {
		terminal_problem("\"%s\" is not the id of a session: 32 hex "
				 "digits, as `session list` shows them",
		    id);
		return NOT_DONE;
	}
	outcome = DB_RUN(context->db, context->arena,
	    &query_operator_session_end, &rows, id);
	if (outcome != OK)
		return account_failed(outcome);
	if (rows_count(rows) == 0) {
		terminal_problem("there is no session %s", id);
		return NOT_DONE;
	}
	is_changed = rows_boolean(rows, 0, "changed");
	reply_boolean(answer, "changed", is_changed);
	answer_print(
	    context, answer, is_changed ? "ended" : "is ended already");
	return DONE;
}

static int say_ended(const struct context *context, const struct rows *rows)
{
	struct reply *answer = answer_open(context);
	int64_t ended = rows_integer(rows, 0, "ended");

	reply_integer(answer, "ended", ended);
	answer_print(context, answer,
	    arena_printf(context->arena, "%" PRId64 " sessions ended", ended));
	return DONE;
}

static int end(struct context *context, int argc, char **argv)
{
	int all = 0;
	const struct option options[] = {
		{ "user", required_argument, NULL, 0 },
		{ "all", no_argument, &all, 1 },
		{ 0 },
	};
	const char *values[1] = { NULL };
	const struct rows *rows = NULL;
	enum outcome outcome = OK;

	if (!options_read(
		argc, argv, options, values, (struct operands){ 0, 1 }))
		return WRONG_USAGE;
	if ((optind < argc) + (values[0] != NULL) + all != 1) {
		terminal_problem("one of ID, --user and --all is needed");
		return WRONG_USAGE;
	}
	if (optind < argc)
		return end_one(context, argv[optind]);
	if (values[0] != NULL) {
		int result = account_run(context, values[0],
		    &query_operator_session_end_user, &rows);

		return result == DONE ? say_ended(context, rows) : result;
	}
	outcome = db_run(context->db, context->arena,
	    &query_operator_session_end_all, NULL, 0, &rows);
	return outcome == OK ? say_ended(context, rows)
			     : account_failed(outcome);
}

const struct command session_commands[] = {
	{ "session list", "[NAME] [--limit N]",
	    "Lists live sessions, the latest used first.", list },
	{ "session end", "ID | --user NAME | --all",
	    "Ends one session, or all of an account, or all.", end },
	{ 0 },
};
