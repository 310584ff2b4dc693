/*
 * db.h - the connection to PostgreSQL: statements by name, transactions,
 * results. Wraps libpq.
 *
 * Connects at the first statement, not before. Nothing blocks beyond the
 * deadline, but for the resolver where a host is given by name. A lost connection is noticed before the first statement of a
 * request; no statement is sent twice unless the server has said that it was
 * rolled back. After a failed attempt to connect
 * further ones wait five seconds. Why the database is away is logged once for
 * each change.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arena.h"
#include "outcome.h"
#include "query.h"

struct db;
struct rows;

/* Takes a libpq connection string; does not connect. */
struct db *db_open(const char *conninfo, bool prepared_statements);
void db_close(struct db *db);

/*
 * For new connections: log in as this role, not as conninfo says. The text is
 * the caller's and must outlive the db.
 */
void db_as(struct db *db, const char *role);

/*
 * For new connections that nobody shares: the server itself gives up on
 * statements after this time, so that none takes effect after its request was
 * answered, and plans each prepared one once, since all of them look up single
 * rows. Not to be used behind a pooler; a connection string with options of its
 * own keeps those.
 */
void db_own_connection(struct db *db, int64_t milliseconds);

/* Statements fail from this moment (CLOCK_MONOTONIC, ms) on; 0: never. */
void db_deadline(struct db *db, int64_t milliseconds);

/*
 * Runs one statement. Parameters are text (NULL is null); each is bound, none
 * is pasted. `count` is their number.
 * Returns OK and sets *rows, which lives in the arena; USERNAME_TAKEN,
 * EMAIL_TAKEN ... for a named constraint that a client can break;
 * REQUEST_MALFORMED for a value that the server cannot take (class 22);
 * UNAVAILABLE for everything else.
 */
enum outcome db_run(struct db *db, struct arena *arena,
    const struct query *query, const char *const *parameters, size_t count,
    const struct rows **rows);

/* The same with the parameters written out as a braced list. */
#define DB_RUN(db, arena, query, rows, ...)                                  \
	db_run((db), (arena), (query), (const char *const[]){ __VA_ARGS__ }, \
	    sizeof((const char *const[]){ __VA_ARGS__ }) /                   \
		sizeof(const char *),                                        \
	    (rows))

size_t rows_count(const struct rows *rows);
/* The value as text, NULL for null. The column must exist. */
const char *rows_text(const struct rows *rows, size_t row, const char *column);
/* The value of an integer column; 0 for null. */
int64_t rows_integer(const struct rows *rows, size_t row, const char *column);
/* The value of a boolean column; false for null. */
bool rows_boolean(const struct rows *rows, size_t row, const char *column);

/* Parameters: arena text for numbers and switches. */
const char *db_integer(struct arena *arena, int64_t value);
const char *db_boolean(bool value);

/* What only the operator's command needs: */

/*
 * Runs a text of several statements without parameters.
 * Returns OK, or UNAVAILABLE after logging why.
 */
enum outcome db_script(struct db *db, const char *text);

/* Returns the reason of the last UNAVAILABLE in words, never NULL. */
const char *db_problem(const struct db *db);

/*
 * Waits until a notification arrives (after `listen CHANNEL` by db_script) or
 * `milliseconds` have passed or a signal came.
 * Returns false when the connection is lost.
 */
bool db_wait(struct db *db, int milliseconds);
