/* import.h - accounts of another system on their way in. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "command.h"

/* What a row brings along, as it was written; NULL: it does not say. */
enum import_column {
	COLUMN_ID,
	COLUMN_USERNAME,
	COLUMN_EMAIL,
	COLUMN_FIRST_NAME,
	COLUMN_LAST_NAME,
	COLUMN_PASSWORD,
	COLUMN_VERIFIED,
	COLUMN_BANNED,
	COLUMN_STAFF,
	COLUMN_GROUPS, /* with ; between */
	COLUMN_CREATED,
	COLUMN_LAST_LOGIN,
	/* of Django */
	COLUMN_IS_ACTIVE,
	COLUMN_IS_STAFF,
	COLUMN_IS_SUPERUSER,
	IMPORT_COLUMNS
};

/* The parameters of the statements sql/queries/import_*.sql, in their order. */
enum import_value {
	VALUE_SUBJECT,
	VALUE_USERNAME,
	VALUE_USERNAME_CANONICAL,
	VALUE_EMAIL,
	VALUE_EMAIL_CANONICAL,
	VALUE_FIRST_NAME,
	VALUE_LAST_NAME,
	VALUE_PASSWORD,
	VALUE_VERIFIED,
	VALUE_BANNED,
	VALUE_STAFF,
	VALUE_GROUPS,
	VALUE_CREATED,
	VALUE_LAST_LOGIN,
	IMPORT_VALUES
};

enum import_state {
	IMPORT_READ,   /* not compared yet */
	IMPORT_NEW,    /* no account is like it */
	IMPORT_UPDATE, /* its account is to be changed */
	IMPORT_DONE    /* counted */
};

struct import_row {
	const char *place; /* where it stands: "line 7", "id 42" */
	const char *values[IMPORT_VALUES];
	enum import_state state;
};

struct import_counts {
	int64_t read, added, unchanged, updated, refused;
};

#define IMPORT_BATCH 2000 /* rows of one statement and transaction */

/* One run. */
struct import {
	struct context *context;
	struct db *db; /* plans each statement for the tables as they are now */
	bool dry_run, update;
	struct arena *arena; /* of one batch */
	struct import_row *rows;
	size_t count;
	struct import_counts counts;
	int64_t told_at; /* clock_milliseconds */
};

/*
 * Takes in one row, which is copied. Returns false when the import cannot go
 * on; the reason stands on standard error.
 */
bool import_take(struct import *import, const char *place,
    const char *const columns[IMPORT_COLUMNS]);

/* Says why a row is not taken in, and counts it. */
void import_refuse(
    struct import *import, const char *place, const char *reason);

/* Brings the rows of the batch into the database. Returns as import_take. */
bool import_flush(struct import *import);

/*
 * Checks a row and puts what it says into the form of the accounts here.
 * Returns NULL and sets row->values (in the arena, or of `columns`), or why it
 * is refused.
 */
const char *import_check(struct arena *arena, const struct config *config,
    const char *const columns[IMPORT_COLUMNS], struct import_row *row);

/*
 * What Django's columns mean here: an active user is verified; one that is not
 * is unverified when it has never logged in, else banned; a superuser is staff.
 */
void import_translate_django(const char *columns[IMPORT_COLUMNS]);

/*
 * The sources: a file with columns of our names or of Django's, and Django's
 * own database. Each takes in all rows; false after saying why it cannot.
 */
bool import_from_csv(struct import *import, const char *path, bool is_django);
bool import_from_django(struct import *import, const char *conninfo);
