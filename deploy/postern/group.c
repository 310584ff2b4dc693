/* group.c - puts accounts into groups, takes them out, lists both. */
#include <string.h>

#include "account.h"
#include "answer.h"
#include "group.h"
#include "identity.h"
#include "listing.h"
#include "options.h"
#include "queries.h"
#include "terminal.h"

#define LIST_DEFAULT 100
#define LIST_MAX 1000000

static const struct option no_options[] = { { 0 } };

bool group_is_name(const char *name)
{
	if (identity_is_group(name, strlen(name)))
		return true;
	terminal_problem("a group has 1 to 150 letters, digits, blanks and "
			 "@ . + - _");
	return false;
}

/* Runs a statement on group and account that says whether it `changed`. */
static int change(struct context *context, int argc, char **argv,
    const struct query *query, const char *done, const char *already)
{
	const struct rows *rows = NULL;
	struct reply *answer = answer_open(context);
	struct account account = { 0 };
	const char *group = NULL, *name = NULL;
	enum outcome outcome = OK;

	if (!options_read(
		argc, argv, no_options, NULL, (struct operands){ 2, 2 }))
		return WRONG_USAGE;
	group = argv[optind];
	name = argv[optind + 1];
	if (!group_is_name(group) || !account_named(context, name, &account))
		return NOT_DONE;
	outcome = DB_RUN(context->db, context->arena, query, &rows,
	    account.canonical, account.subject, group);
	if (outcome != OK)
		return account_failed(outcome);
	if (rows_count(rows) == 0)
		return account_unknown(name);
	reply_boolean(answer, "changed", rows_boolean(rows, 0, "changed"));
	answer_print(
	    context, answer, rows_boolean(rows, 0, "changed") ? done : already);
	return DONE;
}

static int add(struct context *context, int argc, char **argv)
{
	return change(context, argc, argv, &query_operator_group_add,
	    "is in the group now", "is in the group already");
}

static int remove_one(struct context *context, int argc, char **argv)
{
	return change(context, argc, argv, &query_operator_group_remove,
	    "is in the group no more", "is not in the group");
}

static int list(struct context *context, int argc, char **argv)
{
	static const struct column columns[] = {
		{ "group", COLUMN_TEXT },
		{ "id", COLUMN_TEXT },
		{ "username", COLUMN_TEXT },
		{ 0 },
	};
	static const struct option options[] = {
		{ "user", required_argument, NULL, 0 },
		{ "limit", required_argument, NULL, 1 },
		{ 0 },
	};
	const char *values[2] = { NULL };
	struct account account = { 0 };
	const struct rows *rows = NULL;
	int64_t limit = 0;
	enum outcome outcome = OK;

	if (!options_read(
		argc, argv, options, values, (struct operands){ 0, 1 }) ||
	    !options_number("limit", values[1], LIST_MAX, LIST_DEFAULT, &limit))
		return WRONG_USAGE;
	if (values[0] != NULL &&
	    (!account_named(context, values[0], &account) ||
		account_run(context, values[0], &query_operator_user_show,
		    &rows) != DONE))
		return NOT_DONE;
	outcome = DB_RUN(context->db, context->arena,
	    &query_operator_group_list, &rows, account.canonical,
	    account.subject, optind < argc ? argv[optind] : NULL,
	    db_integer(context->arena, limit));
	if (outcome != OK)
		return account_failed(outcome);
	listing_rows(context, rows, columns);
	listing_cut(rows, limit);
	return DONE;
}

const struct command group_commands[] = {
	{ "group add", "GROUP NAME",
	    "Puts an account into a group; NAME is a username, or id:ID.",
	    add },
	{ "group remove", "GROUP NAME", "Takes an account out of a group.",
	    remove_one },
	{ "group list", "[GROUP] [--user NAME] [--limit N]",
	    "Lists groups and who is in them.", list },
	{ 0 },
};
