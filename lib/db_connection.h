/*
 * db_connection.h - the connection below the statements, for db.c alone.
 */
#pragma once
#include <libpq-fe.h>

#include "db.h"

#define KNOWN_MAX 64
#define PROBLEM_SIZE 300

struct db {
	char *conninfo;
	const char *role; /* instead of the one in there; NULL for that */
	bool prepared_statements;
	PGconn *connection;
	int64_t deadline;
	int64_t retry_at; /* no attempt to connect before */
	bool is_idle;     /* nothing was sent since db_deadline */
	bool is_away;     /* and the log says so */
	const struct query *known[KNOWN_MAX]; /* prepared on this connection */
	size_t known_count;
	size_t host; /* of those that conninfo names, modulo: tried first */
	char options[96]; /* for a new connection; "" for none */
	char problem[PROBLEM_SIZE];
};

/*
 * Makes a new connection to the first host that lets us, each in its turn and
 * with an equal share of the time; the one that was good before comes first,
 * one at which a statement has failed last.
 * Returns OK or UNAVAILABLE.
 */
enum outcome connection_open(struct db *db);

/*
 * Waits for events (as poll has them) on the connection's socket until the
 * deadline; 0 is none. Returns what poll found, 0 when the time is over.
 */
short connection_wait(const struct db *db, short events, int64_t deadline);

/* Connects where there is no connection that lives. */
enum outcome connection_ensure(struct db *db);

/* Ends the connection, and with it what was prepared on it. */
void connection_end(struct db *db);

/*
 * Sends what is buffered and waits for the results.
 * Returns the last one, NULL when time or connection ran out.
 */
PGresult *connection_await(struct db *db);

/*
 * Remembers why the database is away and logs it when it is news. Returns
 * UNAVAILABLE.
 */
enum outcome connection_unavailable(
    struct db *db, const char *what, const char *why);

/* Notes that it answers; the log is told when it was away. */
void connection_available(struct db *db);
