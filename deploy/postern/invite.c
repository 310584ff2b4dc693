/* invite.c - invites addresses to register, lists and revokes that. */
#include <string.h>

#include "address.h"
#include "answer.h"
#include "group.h"
#include "listing.h"
#include "options.h"
#include "queries.h"
#include "terminal.h"

#define LIST_DEFAULT 100
#define LIST_MAX 1000000
#define OPERANDS_MAX 1000

/*
 * Returns the groups behind the address, a line each; NULL after saying which
 * is none. A name that comes twice counts once.
 */
static const char *groups_of(struct context *context, int argc, char **argv)
{
	const char *lines = "";

	for (int i = optind + 1; i < argc; i++) {
		bool is_first = true;

		if (!group_is_name(argv[i]))
			return NULL;
		for (int j = optind + 1; j < i; j++)
			is_first = is_first && strcmp(argv[i], argv[j]) != 0;
		if (is_first)
			lines = arena_printf(context->arena, "%s%s%s", lines,
			    *lines != '\0' ? "\n" : "", argv[i]);
	}
	return lines;
}

/* Returns the address as it is shown, NULL after saying that it is none. */
static const char *address_of(struct context *context, const char *text)
{
	const char *address = address_shown(context->arena, text);

	if (address == NULL)
		terminal_problem("\"%s\" is not a mail address", text);
	return address;
}

static int print(struct context *context, const struct rows *rows)
{
	struct reply *answer = answer_open(context);
	const char *expires = rows_text(rows, 0, "expires");

	if (rows_text(rows, 0, "id") == NULL) {
		terminal_problem("a verified account has this address");
		return NOT_DONE;
	}
	reply_integer(answer, "id", rows_integer(rows, 0, "id"));
	reply_string(answer, "email", rows_text(rows, 0, "email"));
	reply_string(answer, "expires", expires);
	answer_print(context, answer,
	    arena_printf(context->arena,
		"invited until %s; the letter is ordered", expires));
	return DONE;
}

static int invite(struct context *context, int argc, char **argv)
{
	int group = 0;
	const struct option options[] = {
		{ "group", no_argument, &group, 1 },
		{ 0 },
	};
	const struct rows *rows = NULL;
	const char *address = NULL, *groups = NULL;

	if (!options_read(argc, argv, options, NULL,
		(struct operands){ 1, OPERANDS_MAX }))
		return WRONG_USAGE;
	if ((group != 0) != (optind + 1 < argc)) {
		terminal_problem("groups stand behind --group");
		return WRONG_USAGE;
	}
	address = address_of(context, argv[optind]);
	groups = groups_of(context, argc, argv);
	if (address == NULL || groups == NULL)
		return NOT_DONE;
	if (context->config->registration == REGISTRATION_CLOSED) {
		terminal_problem(
		    "nobody can register: registration = closed in "
		    "%s; set invitation",
		    config_where(context->config, "registration"));
		return NOT_DONE;
	}
	if (DB_RUN(context->db, context->arena, &query_operator_invite, &rows,
		address, address_canonical(context->arena, address), groups,
		db_integer(context->arena,
		    context->config->invitation_lifetime)) != OK)
		return NOT_DONE;
	return print(context, rows);
}

static int list(struct context *context, int argc, char **argv)
{
	static const struct column columns[] = {
		{ "id", COLUMN_INTEGER },
		{ "email", COLUMN_TEXT },
		{ "groups", COLUMN_TEXT },
		{ "state", COLUMN_TEXT },
		{ "created", COLUMN_TEXT },
		{ "expires", COLUMN_TEXT },
		{ 0 },
	};
	int all = 0;
	const struct option options[] = {
		{ "all", no_argument, &all, 1 },
		{ "limit", required_argument, NULL, 0 },
		{ 0 },
	};
	const char *values[1] = { NULL };
	const struct rows *rows = NULL;
	int64_t limit = 0;

	if (!options_read(
		argc, argv, options, values, (struct operands){ 0, 0 }) ||
	    !options_number("limit", values[0], LIST_MAX, LIST_DEFAULT, &limit))
		return WRONG_USAGE;
	if (DB_RUN(context->db, context->arena, &query_operator_invite_list,
		&rows, db_boolean(all != 0),
		db_integer(context->arena, limit)) != OK)
		return NOT_DONE;
	listing_rows(context, rows, columns);
	listing_cut(rows, limit);
	return DONE;
}

static int revoke(struct context *context, int argc, char **argv)
{
	static const struct option none[] = { { 0 } };
	const struct rows *rows = NULL;
	const char *address = NULL;

	if (!options_read(argc, argv, none, NULL, (struct operands){ 1, 1 }))
		return WRONG_USAGE;
	address = address_of(context, argv[optind]);
	if (address == NULL ||
	    DB_RUN(context->db, context->arena, &query_operator_invite_revoke,
		&rows, address_canonical(context->arena, address)) != OK)
		return NOT_DONE;
	if (rows_count(rows) == 0) {
		terminal_problem("no invitation of %s is open", address);
		return NOT_DONE;
	}
	answer_print(context, answer_open(context), "revoked");
	return DONE;
}

const struct command invite_commands[] = {
	{ "invite list", "[--all] [--limit N]",
	    "Lists invitations that are open, the newest first.", list },
	{ "invite revoke", "ADDRESS",
	    "Takes the invitation of an address back.", revoke },
	{ "invite", "ADDRESS [--group NAME...]",
	    "Invites an address to register, once, and orders the letter. The\n"
	    "      account will be in the groups. A new invitation takes the place\n"
	    "      of an older one.",
	    invite },
	{ 0 },
};
