/* db.c - statements: run by name, what their errors mean. */
#include "db.h"

#include <string.h>

#include "db_connection.h"
#include "log.h"

#define TRIES_MAX 3

/* Constraints that a client can break, and what it is told. */
static const struct {
	const char *constraint;
	enum outcome outcome;
} broken[] = {
	{ "users_username_key", USERNAME_TAKEN },
	{ "users_email_key", EMAIL_TAKEN },
};

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

/* Why, without the values that a DETAIL would show. */
static const char *reason_of(const struct db *db, const PGresult *result)
{
	const char *primary =
	    PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (primary != NULL)
		return primary;
	if (result == NULL && PQstatus(db->connection) == CONNECTION_OK)
		return "timed out";
	return PQerrorMessage(db->connection);
}

/* The statement did not run, and nobody but the operator can mend it. */
static enum outcome fail(
    struct db *db, const char *what, const PGresult *result, const char *why)
{
	connection_unavailable(db, what, why);
	/* A plan or statement that is gone, a server turned read-only. */
	if (result == NULL || PQstatus(db->connection) != CONNECTION_OK ||
	    is_one_of(state_of(result), "0A000 26000 25006")) {
		connection_end(db);
		/* A pooler takes connections for a server that is gone: where
		 * there are several hosts, this one comes last now. */
		db->host++;
	}
	return UNAVAILABLE;
}

/* What the error of a statement means for its request. */
static enum outcome explain(
    struct db *db, const char *what, const PGresult *result)
{
	const char *constraint =
	    PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);

	for (size_t i = 0;
	     constraint != NULL && i < sizeof broken / sizeof broken[0]; i++)
		if (strcmp(broken[i].constraint, constraint) == 0)
			return broken[i].outcome;
	/* A value, not the database, is at fault: no reason to stay away. */
	if (strncmp(state_of(result), "22", 2) == 0) {
		log_error("database: %s: %s", what, reason_of(db, result));
		return REQUEST_MALFORMED;
	}
	if (is_one_of(state_of(result), "42P01 42703 3F000 42883"))
		return fail(db, what, result,
		    "the schema is not there or too old; run postern migrate");
	if (db->role != NULL && is_one_of(state_of(result), "42501"))
		return fail(db, what, result,
		    "the role has not the right to; run postern roles");
	return fail(db, what, result, reason_of(db, result));
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
		result = connection_await(db);
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
	return sent ? connection_await(db) : NULL;
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
	enum outcome outcome = connection_ensure(db);

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
	connection_available(db);
	arena_defer(arena, release, result);
	*rows = (const struct rows *)(const void *)result;
	return OK;
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
	enum outcome outcome = connection_ensure(db);

	if (outcome != OK)
		return outcome;
	if (PQsendQuery(db->connection, text))
		result = connection_await(db);
	if (PQresultStatus(result) != PGRES_TUPLES_OK &&
	    PQresultStatus(result) != PGRES_COMMAND_OK) {
		outcome = fail(db, "script", result, reason_of(db, result));
		if (db->connection != NULL &&
		    PQtransactionStatus(db->connection) != PQTRANS_IDLE)
			PQclear(PQexec(db->connection, "rollback"));
	} else {
		connection_available(db);
	}
	PQclear(result);
	return outcome;
}
