/* migrate.h - how far the schema of the database is. */
#pragma once
#include "command.h"

/*
 * Begins a transaction that changes the schema or its rights, one at a time.
 * Any number that nobody else locks; held to the end of the transaction.
 */
#define MIGRATE_BEGIN "begin; select pg_advisory_xact_lock(7056842917)"

struct schema {
	size_t missing;      /* migrations of this release not applied */
	const char *unknown; /* applied, of another release; NULL: none */
};

/* Compares database and release. Returns OK, or UNAVAILABLE. */
enum outcome migrate_compare(struct context *context, struct schema *schema);

/* The name of this release's last migration. */
const char *migrate_latest(void);

/*
 * Asks in which encoding the database is. Returns OK and sets *fault to what is
 * wrong with it and how to mend it, or to NULL; UNAVAILABLE.
 */
enum outcome migrate_encoding(struct context *context, const char **fault);
