/* user.c - lists, shows, verifies, bans and deletes accounts. */
#include "account.h"
#include "answer.h"
#include "listing.h"
#include "options.h"
#include "queries.h"
#include "terminal.h"
#include "user_password.h"
#include "user_totp.h"

#define LIST_DEFAULT 100
#define LIST_MAX 1000000

static const struct option no_options[] = { { 0 } };

static int list(struct context *context, int argc, char **argv)
{
	static const struct column columns[] = {
		{ "id", COLUMN_TEXT },
		{ "username", COLUMN_TEXT },
		{ "email", COLUMN_TEXT },
		{ "verified", COLUMN_SWITCH },
		{ "banned", COLUMN_SWITCH },
		{ "is_staff", COLUMN_SWITCH },
		{ "created", COLUMN_TEXT },
		{ 0 },
	};
	int unverified = 0, banned = 0, staff = 0;
	const struct option options[] = {
		{ "unverified", no_argument, &unverified, 1 },
		{ "banned", no_argument, &banned, 1 },
		{ "staff", no_argument, &staff, 1 },
		{ "limit", required_argument, NULL, 0 },
		{ 0 },
	};
	const char *values[1] = { NULL };
	const struct rows *rows = NULL;
	int64_t limit = 0;
	enum outcome outcome = OK;

	if (!options_read(
		argc, argv, options, values, (struct operands){ 0, 0 }) ||
	    !options_number("limit", values[0], LIST_MAX, LIST_DEFAULT, &limit))
		return WRONG_USAGE;
	outcome = DB_RUN(context->db, context->arena, &query_operator_user_list,
	    &rows, db_boolean(unverified), db_boolean(banned),
	    db_boolean(staff), db_integer(context->arena, limit));
	if (outcome != OK)
		return account_failed(outcome);
	listing_rows(context, rows, columns);
	listing_cut(rows, limit);
	return DONE;
}

static int show(struct context *context, int argc, char **argv)
{
	static const struct column columns[] = {
		{ "id", COLUMN_TEXT },
		{ "username", COLUMN_TEXT },
		{ "email", COLUMN_TEXT },
		{ "first_name", COLUMN_TEXT },
		{ "last_name", COLUMN_TEXT },
		{ "verified", COLUMN_TEXT },
		{ "banned", COLUMN_TEXT },
		{ "is_staff", COLUMN_SWITCH },
		{ "groups", COLUMN_TEXT },
		{ "epoch", COLUMN_INTEGER },
		{ "created", COLUMN_TEXT },
		{ "last_login", COLUMN_TEXT },
		{ "sessions", COLUMN_INTEGER },
		{ "two_step", COLUMN_SWITCH },
		{ 0 },
	};
	const struct rows *rows = NULL;
	int result = DONE;

	if (!options_read(
		argc, argv, no_options, NULL, (struct operands){ 1, 1 }))
		return WRONG_USAGE;
	result = account_run(
	    context, argv[optind], &query_operator_user_show, &rows);
	if (result == DONE)
		listing_row(context, rows, columns);
	return result;
}

/* Runs a statement that says whether it `changed` anything. */
static int change(struct context *context, int argc, char **argv,
    const struct query *query, const char *done, const char *already)
{
	const struct rows *rows = NULL;
	struct reply *answer = answer_open(context);
	bool is_changed = false;
	int result = DONE;

	if (!options_read(
		argc, argv, no_options, NULL, (struct operands){ 1, 1 }))
		return WRONG_USAGE;
	result = account_run(context, argv[optind], query, &rows);
	if (result != DONE)
		return result;
	is_changed = rows_boolean(rows, 0, "changed");
	reply_boolean(answer, "changed", is_changed);
	answer_print(context, answer, is_changed ? done : already);
	return DONE;
}

static int verify(struct context *context, int argc, char **argv)
{
	return change(context, argc, argv, &query_operator_user_verify,
	    "verified", "is verified already");
}

static int ban(struct context *context, int argc, char **argv)
{
	return change(context, argc, argv, &query_operator_user_ban,
	    "banned; all sessions are ended", "is banned already");
}

static int unban(struct context *context, int argc, char **argv)
{
	return change(context, argc, argv, &query_operator_user_unban,
	    "the ban is lifted", "is not banned");
}

static int delete (struct context *context, int argc, char **argv)
{
	int yes = 0;
	const struct option options[] = {
		{ "yes", no_argument, &yes, 1 },
		{ 0 },
	};
	const struct rows *rows = NULL;
	struct reply *answer = answer_open(context);
	int result = DONE;

	if (!options_read(argc, argv, options, NULL, (struct operands){ 1, 1 }))
		return WRONG_USAGE;
	result = account_run(
	    context, argv[optind], &query_operator_user_show, &rows);
	if (result != DONE)
		return result;
	if (!yes &&
	    !terminal_confirm(arena_printf(context->arena,
		"Delete %s <%s> for ever?", rows_text(rows, 0, "username"),
		terminal_printable(
		    context->arena, rows_text(rows, 0, "email"))))) {
		terminal_problem("nothing is deleted");
		return NOT_DONE;
	}
	result = account_run(
	    context, argv[optind], &query_operator_user_delete, &rows);
	if (result != DONE)
		return result;
	reply_string(answer, "id", rows_text(rows, 0, "id"));
	answer_print(context, answer, "deleted");
	return DONE;
}

const struct command user_commands[] = {
	/* clang-format off */
	{ "user add", "NAME --email ADDRESS [--unverified] [--staff] [--force]\n"
	    "      [--subject ID] [--first-name TEXT] [--last-name TEXT]",
	    "Adds an account and prints its id. The password is asked for, or\n"
	    "      read from standard input. --force: a weak password or a\n"
	    "      reserved name is taken.", user_add },
	{ "user list", "[--unverified] [--banned] [--staff] [--limit N]",
	    "Lists accounts, the oldest first.", list },
	{ "user show", "NAME",
	    "Shows an account. NAME is a username, or id:ID.", show },
	{ "user verify", "NAME",
	    "Takes an account's address as verified.", verify },
	{ "user ban", "NAME",
	    "Bans an account and ends its sessions.", ban },
	{ "user unban", "NAME",
	    "Lifts the ban of an account.", unban },
	{ "user password", "NAME [--force]",
	    "Sets a password, ends all sessions and sends a notice. --force: a\n"
	    "      weak password is taken.", user_password },
	{ "user totp", "NAME [--off]",
	    "Says whether an account has two-step login. --off: ends it, for who\n"
	    "      has lost authenticator and recovery codes.", user_totp },
	{ "user delete", "NAME [--yes]",
	    "Deletes an account; asks first on a terminal.", delete },
	{ 0 },
	/* clang-format on */
};
