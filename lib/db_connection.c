/* db_connection.c - the connection to PostgreSQL. */
#include "db_connection.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "secret.h"

struct db *db_open(const char *conninfo, bool prepared_statements)
{
	struct db *db = calloc(1, sizeof *db);

	if (db == NULL || (db->conninfo = strdup(conninfo)) == NULL)
		log_fatal("memory: there is none left");
	db->prepared_statements = prepared_statements;
	return db;
}

void db_as(struct db *db, const char *role)
{
	db->role = role;
}

void connection_end(struct db *db)
{
	PQfinish(db->connection);
	db->connection = NULL;
	db->known_count = 0;
}

void db_close(struct db *db)
{
	if (db == NULL)
		return;
	connection_end(db);
	secret_wipe(db->conninfo, strlen(db->conninfo));
	free(db->conninfo);
	free(db);
}

void db_own_connection(struct db *db, int64_t milliseconds)
{
	snprintf(db->options, sizeof db->options,
	    "-c statement_timeout=%lld -c plan_cache_mode=force_generic_plan",
	    (long long)milliseconds);
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

enum outcome connection_unavailable(
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

void connection_available(struct db *db)
{
	if (db->is_away)
		log_info("database: it answers again");
	db->is_away = false;
	db->problem[0] = '\0';
}

short connection_wait(const struct db *db, short events, int64_t deadline)
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

/*
 * An idle connection has nothing to say but notifications: whatever else can
 * be read is a server's last word, or the end that follows it.
 */
static bool is_lost(struct db *db)
{
	struct pollfd poller = { PQsocket(db->connection), POLLIN, 0 };

	while (poll(&poller, 1, 0) > 0) {
		PGnotify *notification = NULL;

		if (!PQconsumeInput(db->connection))
			return true;
		notification = PQnotifies(db->connection);
		if (notification == NULL)
			return true;
		for (; notification != NULL;
		     notification = PQnotifies(db->connection))
			PQfreemem(notification);
	}
	return PQstatus(db->connection) != CONNECTION_OK;
}

enum outcome connection_ensure(struct db *db)
{
	if (db->connection != NULL && db->is_idle && is_lost(db))
		connection_end(db);
	db->is_idle = false;
	if (db->connection != NULL)
		return OK;
	if (clock_milliseconds() < db->retry_at)
		return UNAVAILABLE;
	return connection_open(db);
}

PGresult *connection_await(struct db *db)
{
	PGresult *result = NULL, *last = NULL;
	int unsent = 0;

	while ((unsent = PQflush(db->connection)) > 0) {
		short found =
		    connection_wait(db, POLLIN | POLLOUT, db->deadline);

		if (found == 0 ||
		    ((found & POLLIN) != 0 && !PQconsumeInput(db->connection)))
			return NULL;
	}
	if (unsent < 0)
		return NULL;
	for (;;) {
		while (PQisBusy(db->connection))
			if (!connection_wait(db, POLLIN, db->deadline) ||
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

bool db_wait(struct db *db, int milliseconds)
{
	struct pollfd poller = { -1, POLLIN, 0 };
	PGnotify *notification = NULL;

	if (db->connection == NULL)
		return false;
	/* One that came with the answer to a statement is in memory already. */
	notification = PQnotifies(db->connection);
	if (notification != NULL) {
		PQfreemem(notification);
		return true;
	}
	poller.fd = PQsocket(db->connection);
	poll(&poller, 1, milliseconds);
	if (!is_lost(db))
		return true;
	connection_unavailable(
	    db, "no connection", PQerrorMessage(db->connection));
	connection_end(db);
	return false;
}
