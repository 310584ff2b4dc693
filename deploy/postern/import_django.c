/* import_django.c - accounts out of Django's own database. */
#include <inttypes.h>
#include <stdio.h>

#include "import.h"
#include "queries.h"
#include "terminal.h"

#define BATCH 2000 /* users read at a time */

static const struct {
	const char *name;
	enum import_column column;
} names[] = {
	{ "id", COLUMN_ID },
	{ "username", COLUMN_USERNAME },
	{ "email", COLUMN_EMAIL },
	{ "first_name", COLUMN_FIRST_NAME },
	{ "last_name", COLUMN_LAST_NAME },
	{ "password", COLUMN_PASSWORD },
	{ "is_active", COLUMN_IS_ACTIVE },
	{ "is_staff", COLUMN_IS_STAFF },
	{ "is_superuser", COLUMN_IS_SUPERUSER },
	{ "date_joined", COLUMN_CREATED },
	{ "last_login", COLUMN_LAST_LOGIN },
	{ "groups", COLUMN_GROUPS },
};

static bool take(struct import *import, const struct rows *rows, size_t row)
{
	const char *columns[IMPORT_COLUMNS] = { 0 };
	char place[32];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *text = rows_text(rows, row, names[i].name);

		columns[names[i].column] = text != NULL ? text : "";
	}
	snprintf(place, sizeof place, "id %s", columns[COLUMN_ID]);
	import_translate_django(columns);
	return import_take(import, place, columns);
}

static bool has_tables(struct db *django, struct arena *arena)
{
	const struct rows *rows = NULL;

	if (db_run(django, arena, &query_import_django_tables, NULL, 0,
		&rows) != OK)
		return false;
	if (rows_boolean(rows, 0, "present"))
		return true;
	terminal_problem("that database has no auth_user, auth_group and "
			 "auth_user_groups");
	return false;
}

/* Takes in the users behind *last. Returns false when that cannot be done. */
static bool read_batch(
    struct import *import, struct db *django, int64_t *last, size_t *count)
{
	struct arena *arena = arena_open();
	const struct rows *rows = NULL;
	bool is_good =
	    DB_RUN(django, arena, &query_import_django_users, &rows,
		db_integer(arena, *last), db_integer(arena, BATCH)) == OK;

	*count = is_good ? rows_count(rows) : 0;
	for (size_t i = 0; is_good && i < *count; i++) {
		is_good = take(import, rows, i);
		*last = rows_integer(rows, i, "id");
	}
	arena_close(arena);
	return is_good;
}

bool import_from_django(struct import *import, const char *conninfo)
{
	struct db *django = db_open(conninfo, false);
	int64_t last = INT64_MIN;
	size_t count = BATCH;
	bool is_good = has_tables(django, import->context->arena);

	while (is_good && count == BATCH)
		is_good = read_batch(import, django, &last, &count);
	db_close(django);
	return is_good;
}
