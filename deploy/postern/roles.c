/*
 * roles.c - one database role for each program: makes them, and gives each the
 * rights that its statements need.
 */
#include "roles.h"

#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "migrate.h"
#include "options.h"
#include "queries.h"
#include "terminal.h"

static const char make_form[] = "create role %s login";
static const char take_form[] =
    "revoke all on all tables in schema postern from %s;\n"
    "revoke all on all functions in schema postern from %s;\n";

static enum outcome is_there(
    struct context *context, const char *role, bool *found)
{
	const struct rows *rows = NULL;
	enum outcome outcome = DB_RUN(context->db, context->arena,
	    &query_operator_role_exists, &rows, role);

	*found = outcome == OK && rows_boolean(rows, 0, "present");
	return outcome;
}

enum outcome roles_missing(struct context *context, size_t *missing)
{
	*missing = 0;
	for (size_t i = 0; roles[i].name != NULL; i++) {
		bool found = false;

		if (is_there(context, roles[i].name, &found) != OK)
			return UNAVAILABLE;
		*missing += !found;
	}
	return OK;
}

enum outcome roles_grant(struct context *context, size_t *missing)
{
	enum outcome outcome = db_script(context->db, MIGRATE_BEGIN);

	*missing = 0;
	for (size_t i = 0; roles[i].name != NULL && outcome == OK; i++) {
		bool found = false;

		outcome = is_there(context, roles[i].name, &found);
		*missing += !found;
		if (outcome == OK && found)
			outcome = db_script(context->db, roles[i].text);
	}
	return outcome == OK ? db_script(context->db, "commit") : outcome;
}

/* Takes what a role has, gives it what it needs. */
static enum outcome set_rights(
    struct context *context, const struct query *role)
{
	const char *taken =
	    arena_printf(context->arena, take_form, role->name, role->name);
	enum outcome outcome = db_script(context->db, taken);

	return outcome == OK ? db_script(context->db, role->text) : outcome;
}

static bool make(struct context *context, const char *role, bool *is_new)
{
	bool found = false;

	if (is_there(context, role, &found) != OK)
		return false;
	*is_new = !found;
	if (found ||
	    db_script(context->db,
		arena_printf(context->arena, make_form, role)) == OK)
		return true;
	terminal_problem("%s cannot be made: as a superuser of PostgreSQL, run "
			 "what postern roles --print prints, in this database",
	    role);
	return false;
}

static int make_all(struct context *context)
{
	struct reply *answer = answer_open(context);
	size_t count = 0, made = 0;

	if (db_script(context->db, MIGRATE_BEGIN) != OK)
		return NOT_DONE;
	reply_list(answer, "made");
	for (; roles[count].name != NULL; count++) {
		bool is_new = false;

		if (!make(context, roles[count].name, &is_new))
			return NOT_DONE;
		if (set_rights(context, &roles[count]) != OK) {
			terminal_problem(
			    "the rights of %s are not set", roles[count].name);
			return NOT_DONE;
		}
		made += is_new;
		if (is_new)
			reply_append(answer, "made", roles[count].name);
	}
	if (db_script(context->db, "commit") != OK)
		return NOT_DONE;
	reply_integer(answer, "roles", (int64_t)count);
	answer_print(context, answer,
	    arena_printf(context->arena, "%zu roles made, rights of %zu set%s",
		made, count,
		context->config->database_roles
		    ? ""
		    : "; set database_roles = yes once PostgreSQL lets the "
		      "programs log in as them"));
	return DONE;
}

/* For whoever may make roles, where we may not; any number of times. */
static int print_script(void)
{
	for (size_t i = 0; roles[i].name != NULL; i++) {
		const char *role = roles[i].name;

		printf("do $$ begin if to_regrole('%s') is null then ", role);
		printf(make_form, role);
		puts("; end if; end $$;");
		printf(take_form, role, role);
		puts(roles[i].text);
	}
	return DONE;
}

/* Whether it can stand between quotation marks in pg_ident.conf. */
static bool is_user_name(const char *name)
{
	size_t length = strlen(name);

	return length > 0 && strcspn(name, "\"\r\n") == length;
}

/* What lets one user of this machine be each of the roles. */
static int print_peer(const char *user)
{
	puts("# pg_hba.conf, before other lines:");
	printf("local all ");
	for (size_t i = 0; roles[i].name != NULL; i++)
		printf("%s%s", i > 0 ? "," : "", roles[i].name);
	puts(" peer map=postern_programs\n\n# pg_ident.conf:");
	for (size_t i = 0; roles[i].name != NULL; i++)
		printf("postern_programs \"%s\" %s\n", user, roles[i].name);
	return DONE;
}

static int make_roles(struct context *context, int argc, char **argv)
{
	static int is_print;
	const struct option options[] = {
		{ "print", no_argument, &is_print, 1 },
		{ "peer", required_argument, NULL, 0 },
		{ 0 },
	};
	const char *values[1] = { NULL };
	struct schema schema = { 0, NULL };

	if (!options_read(
		argc, argv, options, values, (struct operands){ 0, 0 }))
		return WRONG_USAGE;
	if (is_print && values[0] != NULL) {
		terminal_problem("--print or --peer, one at a time");
		return WRONG_USAGE;
	}
	if (values[0] != NULL && !is_user_name(values[0])) {
		terminal_problem("--peer: no user of this machine has such a "
				 "name");
		return WRONG_USAGE;
	}
	if (is_print)
		return print_script();
	if (values[0] != NULL)
		return print_peer(values[0]);
	if (migrate_compare(context, &schema) != OK)
		return NOT_DONE;
	if (schema.missing > 0) {
		terminal_problem("migrations not applied: %zu; run postern "
				 "migrate first",
		    schema.missing);
		return NOT_DONE;
	}
	return make_all(context);
}

const struct command roles_commands[] = {
	{ "roles", "[--print | --peer USER]",
	    "Makes a database role for each program and sets its rights; prints "
	    "that as SQL, or the lines that let a user of this machine be them.",
	    make_roles },
	{ 0 },
};
