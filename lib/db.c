/* db.c - the connection to PostgreSQL. */
#include "db.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "clock.h"
#include "log.h"

#define KNOWN_MAX 64
#define CONNECT_MS 5000
#define RETRY_MS 5000
#define PROBLEM_SIZE 300
#define TRIES_MAX 3

struct db {
	char *conninfo;
	bool prepared_statements;
	PGconn *connection;
	int64_t deadline;
	int64_t retry_at; /* no attempt to connect before */
	bool is_idle;     /* nothing was sent since db_deadline */
	bool is_away;     /* and the log says so */
	const struct query *known[KNOWN_MAX]; /* prepared on this connection */
	size_t known_count;
	char problem[PROBLEM_SIZE];
};

/* Constraints that a client can break, and what it is told. */
static const struct {
	const char *constraint;
	enum outcome outcome;
} broken[] = {
	{ "users_username_key", USERNAME_TAKEN },
	{ "users_email_key", EMAIL_TAKEN },
};

struct db *db_open(const char *conninfo, bool prepared_statements)
{
	struct db *db = calloc(1, sizeof *db);

	if (db == NULL || (db->conninfo = strdup(conninfo)) == NULL)
		log_fatal("memory: there is none left");
	db->prepared_statements = prepared_statements;
	return db;
}

static void disconnect(struct db *db)
{
	PQfinish(db->connection);
	db->connection = NULL;
	db->known_count = 0;
}

void db_close(struct db *db)
{
	if (db == NULL)
		return;
	disconnect(db);
	explicit_bzero(db->conninfo, strlen(db->conninfo));
	free(db->conninfo);
	free(db);
}

void db_deadline(struct db *db, int64_t milliseconds)
{
	db->deadline = milliseconds;
	db->is_idle = true;
}

const char *db_problem(const struct db *db)
{
	return db->problem;
}

/* Remembers why, and logs it when it is news. Lines become one. */
static enum outcome unavailable(
    struct db *db, const char *what, const char *why)
{
	char problem[PROBLEM_SIZE];
	size_t length = 0;

	snprintf(problem, sizeof problem, "%s: %s", what, why);
	length = strlen(problem);
	while (length > 0 && problem[length - 1] == '\n')
		problem[--length] = '\0';
	for (char *c = problem; *c != '\0'; c++)
		if (*c == '\n' || *c == '\t')
			*c = ' ';
	if (!db->is_away || strcmp(problem, db->problem) != 0)
		log_error("database: %s", problem);
	memcpy(db->problem, problem, sizeof problem);
	db->is_away = true;
	return UNAVAILABLE;
}

static void available(struct db *db)
{
	if (db->is_away)
		log_info("database: it answers again");
	db->is_away = false;
	db->problem[0] = '\0';
}

/*
 * Waits for events on the connection's socket.
 * Returns what poll found, 0 when the time is over.
 */
static short wait_for(const struct db *db, short events, int64_t deadline)
{
	struct pollfd poller = { PQsocket(db->connection), events, 0 };

	for (;;) {
		int64_t left = deadline - clock_milliseconds();
		int found = 0;

		if (deadline == 0)
			left = -1;
		else if (left <= 0)
			return 0;
		found = poll(&poller, 1, (int)left);
		if (found > 0)
			return poller.revents;
		if (found < 0 && errno != EINTR)
			return 0;
	}
}

static void be_silent(void *context, const char *message)
{
	(void)context;
	(void)message;
}

/* True when the words of a connection string can be told apart. */
static bool is_understood(const char *conninfo)
{
	PQconninfoOption *options = PQconninfoParse(conninfo, NULL);

	PQconninfoFree(options);
	return options != NULL;
}

/* Starts a connection and brings it to its end, good or bad. */
static enum outcome connect_now(struct db *db)
{
	static const char *const keywords[] = { "dbname", "client_encoding",
		"fallback_application_name", NULL };
	const char *const values[] = { db->conninfo, "UTF8", "postern", NULL };
	int64_t deadline = clock_milliseconds() + CONNECT_MS;
	PostgresPollingStatusType status = PGRES_POLLING_WRITING;

	/* libpq's own message would repeat the string, password and all. */
	if (!is_understood(db->conninfo))
		return unavailable(db, "connection string",
		    "it is malformed; mend the setting database");
	if (db->deadline != 0 && db->deadline < deadline)
		deadline = db->deadline;
	db->connection = PQconnectStartParams(keywords, values, 1);
	if (db->connection == NULL)
		log_fatal("memory: there is none left");
	if (PQstatus(db->connection) == CONNECTION_BAD)
		status = PGRES_POLLING_FAILED;
	while (status == PGRES_POLLING_READING ||
	    status == PGRES_POLLING_WRITING) {
		if (!wait_for(db,
			status == PGRES_POLLING_READING ? POLLIN : POLLOUT,
			deadline))
			return unavailable(db, "no connection", "timed out");
		status = PQconnectPoll(db->connection);
	}
	if (status != PGRES_POLLING_OK)
		return unavailable(
		    db, "no connection", PQerrorMessage(db->connection));
	PQsetNoticeProcessor(db->connection, be_silent, NULL);
	return PQsetnonblocking(db->connection, 1) == 0
	    ? OK
	    : unavailable(db, "no connection", "not to be set up");
}

/*
 * An idle connection has nothing to say: what can be read is notifications,
 * or the end of a server that went away.
 */
static bool is_lost(struct db *db)
{
	struct pollfd poller = { PQsocket(db->connection), POLLIN, 0 };

	for (int i = 0; i < 4 && poll(&poller, 1, 0) > 0; i++)
		if (!PQconsumeInput(db->connection))
			return true;
	return PQstatus(db->connection) != CONNECTION_OK;
}

static enum outcome ensure_connected(struct db *db)
{
	enum outcome outcome = OK;

	if (db->connection != NULL && db->is_idle && is_lost(db))
		disconnect(db);
	db->is_idle = false;
	if (db->connection != NULL)
		return OK;
	if (clock_milliseconds() < db->retry_at)
		return UNAVAILABLE;
	outcome = connect_now(db);
	if (outcome != OK) {
		disconnect(db);
		db->retry_at = clock_milliseconds() + RETRY_MS;
	}
	return outcome;
}

/*
 * Sends what is buffered and waits for the results.
 * Returns the last one, NULL when time or connection ran out.
 */
static PGresult *await(struct db *db)
{
	PGresult *result = NULL, *last = NULL;
	int unsent = 0;

	while ((unsent = PQflush(db->connection)) > 0) {
		short found = wait_for(db, POLLIN | POLLOUT, db->deadline);

		if (found == 0 ||
		    ((found & POLLIN) != 0 && !PQconsumeInput(db->connection)))
			return NULL;
	}
	if (unsent < 0)
		return NULL;
	for (;;) {
		while (PQisBusy(db->connection))
			if (!wait_for(db, POLLIN, db->deadline) ||
			    !PQconsumeInput(db->connection)) {
				PQclear(last);
				return NULL;
			}
		result = PQgetResult(db->connection);
		if (result == NULL)
			return last;
		PQclear(last);
		last = result;
	}
}

/* Returns the error of a result as five characters, "" when there is none. */
static const char *state_of(const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	return state != NULL ? state : "";
}

static bool is_one_of(const char *state, const char *states)
{
	return *state != '\0' && strstr(states, state) != NULL;
}

/* Rolled back as a whole by the server: it is known not to have run. */
static bool is_rolled_back(const PGresult *result)
{
	return is_one_of(state_of(result), "40001 40P01");
}

static enum outcome explain(
    struct db *db, const char *what, const PGresult *result)
{
	const char *constraint =
	    PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
	const char *state = state_of(result);

	for (size_t i = 0;
	     constraint != NULL && i < sizeof broken / sizeof broken[0]; i++)
		if (strcmp(broken[i].constraint, constraint) == 0)
			return broken[i].outcome;
	if (is_one_of(state, "42P01 42703 3F000 42883"))
		return unavailable(db, what,
		    "the schema is not there or too old; run postern migrate");
	unavailable(db, what,
	    result != NULL ? PQresultErrorMessage(result)
		: PQstatus(db->connection) == CONNECTION_OK
		? "timed out"
		: PQerrorMessage(db->connection));
	/* A plan or statement that is gone, a server turned read-only. */
	if (result == NULL || PQstatus(db->connection) != CONNECTION_OK ||
	    is_one_of(state, "0A000 26000 25006"))
		disconnect(db);
	return UNAVAILABLE;
}

static bool is_known(const struct db *db, const struct query *query)
{
	for (size_t i = 0; i < db->known_count; i++)
		if (db->known[i] == query)
			return true;
	return false;
}

/* Prepares the statement on this connection where that was not done. */
static enum outcome prepare(struct db *db, const struct query *query)
{
	PGresult *result = NULL;
	enum outcome outcome = OK;

	if (is_known(db, query) || db->known_count == KNOWN_MAX)
		return OK;
	if (PQsendPrepare(db->connection, query->name, query->text, 0, NULL))
		result = await(db);
	if (PQresultStatus(result) == PGRES_COMMAND_OK)
		db->known[db->known_count++] = query;
	else
		outcome = explain(db, query->name, result);
	PQclear(result);
	return outcome;
}

static PGresult *execute(struct db *db, const struct query *query,
    const char *const *parameters, size_t count)
{
	int sent = 0;

	if (db->prepared_statements && is_known(db, query))
		sent = PQsendQueryPrepared(db->connection, query->name,
		    (int)count, parameters, NULL, NULL, 0);
	else
		sent = PQsendQueryParams(db->connection, query->text,
		    (int)count, NULL, parameters, NULL, NULL, 0);
	return sent ? await(db) : NULL;
}

static void release(void *result)
{
	PQclear(result);
}

enum outcome db_run(struct db *db, struct arena *arena,
    const struct query *query, const char *const *parameters, size_t count,
    const struct rows **rows)
{
	PGresult *result = NULL;
	enum outcome outcome = ensure_connected(db);

	if (outcome == OK && db->prepared_statements)
		outcome = prepare(db, query);
	if (outcome != OK)
		return outcome;
	for (int tries = 0; tries < TRIES_MAX; tries++) {
		PQclear(result);
		result = execute(db, query, parameters, count);
		if (!is_rolled_back(result))
			break;
	}
	if (PQresultStatus(result) != PGRES_TUPLES_OK &&
	    PQresultStatus(result) != PGRES_COMMAND_OK) {
		outcome = explain(db, query->name, result);
		PQclear(result);
		return outcome;
	}
	available(db);
	arena_defer(arena, release, result);
	*rows = (const struct rows *)(const void *)result;
	return OK;
}

static const PGresult *result_of(const struct rows *rows)
{
	return (const PGresult *)(const void *)rows;
}

size_t rows_count(const struct rows *rows)
{
	return (size_t)PQntuples(result_of(rows));
}

const char *rows_text(const struct rows *rows, size_t row, const char *column)
{
	int number = PQfnumber(result_of(rows), column);

	if (number < 0)
		log_fatal("database: a statement gives no column %s", column);
	if (PQgetisnull(result_of(rows), (int)row, number))
		return NULL;
	return PQgetvalue(result_of(rows), (int)row, number);
}

int64_t rows_integer(const struct rows *rows, size_t row, const char *column)
{
	const char *text = rows_text(rows, row, column);

	return text != NULL ? strtoll(text, NULL, 10) : 0;
}

bool rows_boolean(const struct rows *rows, size_t row, const char *column)
{
	const char *text = rows_text(rows, row, column);

	return text != NULL && text[0] == 't';
}

const char *db_integer(struct arena *arena, int64_t value)
{
	return arena_printf(arena, "%lld", (long long)value);
}

const char *db_boolean(bool value)
{
	return value ? "t" : "f";
}

enum outcome db_script(struct db *db, const char *text)
{
	PGresult *result = NULL;
	enum outcome outcome = ensure_connected(db);

	if (outcome != OK)
		return outcome;
	if (PQsendQuery(db->connection, text))
		result = await(db);
	if (PQresultStatus(result) != PGRES_TUPLES_OK &&
	    PQresultStatus(result) != PGRES_COMMAND_OK) {
		outcome = explain(db, "script", result);
		/* explain speaks of a schema that migrations are to make */
		if (db->connection != NULL &&
		    PQtransactionStatus(db->connection) != PQTRANS_IDLE)
			PQclear(PQexec(db->connection, "rollback"));
	} else {
		available(db);
	}
	PQclear(result);
	return outcome;
}

bool db_wait(struct db *db, int milliseconds)
{
	PGnotify *notification = NULL;

	if (db->connection == NULL)
		return false;
	notification = PQnotifies(db->connection);
	if (notification == NULL) {
		struct pollfd poller = { PQsocket(db->connection), POLLIN, 0 };

		poll(&poller, 1, milliseconds);
		if (is_lost(db)) {
			unavailable(db, "no connection",
			    PQerrorMessage(db->connection));
			disconnect(db);
			return false;
		}
		notification = PQnotifies(db->connection);
	}
	while (notification != NULL) {
		PQfreemem(notification);
		notification = PQnotifies(db->connection);
	}
	return true;
}
