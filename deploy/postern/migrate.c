/* migrate.c - brings the schema of the database to this release's. */
#include "migrate.h"

#include <stdio.h>
#include <string.h>

#include "options.h"
#include "queries.h"
#include "roles.h"
#include "terminal.h"

static bool is_applied(const struct rows *rows, const char *version)
{
	for (size_t i = 0; rows != NULL && i < rows_count(rows); i++)
		if (strcmp(rows_text(rows, i, "version"), version) == 0)
			return true;
	return false;
}

static bool is_ours(const char *version)
{
	for (size_t i = 0; migrations[i].name != NULL; i++)
		if (strcmp(migrations[i].name, version) == 0)
			return true;
	return false;
}

/* Sets *rows to NULL when the database knows no migrations at all. */
static enum outcome find_applied(
    struct context *context, const struct rows **rows)
{
	enum outcome outcome = db_run(context->db, context->arena,
	    &query_operator_migrations_exist, NULL, 0, rows);

	if (outcome != OK)
		return outcome;
	if (!rows_boolean(*rows, 0, "present")) {
		*rows = NULL;
		return OK;
	}
	return db_run(context->db, context->arena, &query_operator_migrations,
	    NULL, 0, rows);
}

enum outcome migrate_encoding(struct context *context, const char **fault)
{
	const struct rows *rows = NULL;
	enum outcome outcome = db_run(context->db, context->arena,
	    &query_operator_encoding, NULL, 0, &rows);

	*fault = NULL;
	if (outcome == OK &&
	    strcmp(rows_text(rows, 0, "encoding"), "UTF8") != 0)
		*fault = arena_printf(context->arena,
		    "the database is in %s, names need UTF8; make it with: "
		    "createdb -E UTF8 -T template0 NAME",
		    rows_text(rows, 0, "encoding"));
	return outcome;
}

const char *migrate_latest(void)
{
	const char *name = "";

	for (size_t i = 0; migrations[i].name != NULL; i++)
		name = migrations[i].name;
	return name;
}

enum outcome migrate_compare(struct context *context, struct schema *schema)
{
	const struct rows *rows = NULL;
	enum outcome outcome = find_applied(context, &rows);

	*schema = (struct schema){ 0, NULL };
	if (outcome != OK)
		return outcome;
	for (size_t i = 0; migrations[i].name != NULL; i++)
		schema->missing += !is_applied(rows, migrations[i].name);
	for (size_t i = 0; rows != NULL && i < rows_count(rows); i++) {
		const char *version = rows_text(rows, i, "version");

		if (is_ours(version))
			continue;
		schema->unknown = schema->unknown == NULL
		    ? version
		    : arena_printf(
			  context->arena, "%s, %s", schema->unknown, version);
	}
	return OK;
}

/* Makes the schema and the table of migrations where they are missing. */
static enum outcome prepare(struct context *context)
{
	const struct rows *rows = NULL;
	enum outcome outcome = db_script(context->db, MIGRATE_BEGIN);

	if (outcome == OK)
		outcome = find_applied(context, &rows);
	if (outcome == OK && rows == NULL)
		outcome = db_script(context->db,
		    "create schema if not exists postern;"
		    "create table postern.migrations ("
		    "version text primary key,"
		    "applied_at timestamptz not null default now())");
	if (outcome == OK)
		outcome = db_script(context->db, "commit");
	return outcome;
}

/* Applies one migration, unless somebody did while we waited for the lock. */
static enum outcome apply(
    struct context *context, const struct query *migration, bool *is_new)
{
	const struct rows *rows = NULL, *none = NULL;
	enum outcome outcome = db_script(context->db, MIGRATE_BEGIN);

	if (outcome == OK)
		outcome = find_applied(context, &rows);
	*is_new = outcome == OK && !is_applied(rows, migration->name);
	if (*is_new)
		outcome = db_script(context->db, migration->text);
	if (*is_new && outcome == OK)
		outcome = DB_RUN(context->db, context->arena,
		    &query_operator_migration_applied, &none, migration->name);
	if (outcome == OK)
		outcome = db_script(context->db, "commit");
	return outcome;
}

/* Sets *applied to the names as the elements of a list in JSON. */
static int apply_all(struct context *context, const char **applied)
{
	*applied = "";
	for (size_t i = 0; migrations[i].name != NULL; i++) {
		const char *name = migrations[i].name;
		bool is_new = false;

		if (apply(context, &migrations[i], &is_new) != OK) {
			terminal_problem("%s is not applied", name);
			return NOT_DONE;
		}
		if (!is_new)
			continue;
		if (!context->json)
			printf("applied %s\n", name);
		*applied = arena_printf(context->arena, "%s%s\"%s\"", *applied,
		    **applied != '\0' ? "," : "", name);
	}
	return DONE;
}

/* A release that still serves keeps its rights: `postern roles` takes them. */
static int grant_roles(struct context *context)
{
	size_t missing = 0;

	if (roles_grant(context, &missing) != OK)
		terminal_problem("the rights of the programs' roles are not "
				 "set; run postern roles");
	else if (missing > 0)
		terminal_problem("database_roles is on and roles are missing: "
				 "%zu; run postern roles",
		    missing);
	else
		return DONE;
	return NOT_DONE;
}

static int migrate(struct context *context, int argc, char **argv)
{
	static const struct option none[] = { { 0 } };
	struct schema schema = { 0, NULL };
	const char *applied = NULL, *fault = NULL;
	int result = NOT_DONE;

	if (!options_read(argc, argv, none, NULL, (struct operands){ 0, 0 }))
		return WRONG_USAGE;
	if (migrate_encoding(context, &fault) != OK)
		return NOT_DONE;
	if (fault != NULL) {
		terminal_problem("%s", fault);
		return NOT_DONE;
	}
	if (prepare(context) != OK)
		return NOT_DONE;
	result = apply_all(context, &applied);
	if (result == DONE && context->config->database_roles)
		result = grant_roles(context);
	if (context->json)
		printf("{\"done\":%s,\"applied\":[%s]}\n",
		    result == DONE ? "true" : "false", applied);
	else if (result == DONE && *applied == '\0')
		puts("nothing to do");
	if (result != DONE)
		return result;
	if (migrate_compare(context, &schema) == OK && schema.unknown != NULL)
		terminal_problem(
		    "the database has migrations that this release does not "
		    "know: %s",
		    schema.unknown);
	return DONE;
}

const struct command migrate_commands[] = {
	{ "migrate", "", "Makes or updates the tables of the database.",
	    migrate },
	{ 0 },
};
