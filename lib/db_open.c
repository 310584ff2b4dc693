/* db_open.c - a new connection, to the first host that lets us. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "db_connection.h"
#include "log.h"

#define CONNECT_MS 5000
#define SHARE_MS 1000 /* the least for one host */
#define RETRY_MS 5000

/* What a connection string says of hosts: lists with commas, or NULL. */
struct hosts {
	const char *host, *hostaddr, *port;
	bool has_options;
	size_t count;
};

static void be_silent(void *context, const char *message)
{
	(void)context;
	(void)message;
}

static size_t elements(const char *list)
{
	size_t count = 1;

	for (; list != NULL && *list != '\0'; list++)
		count += *list == ',';
	return count;
}

/* Copies element `index` of a list; of a list of one that one. */
static const char *element(
    const char *list, size_t index, char *buffer, size_t size)
{
	if (list == NULL)
		return NULL;
	if (elements(list) == 1)
		index = 0;
	while (index > 0 && *list != '\0')
		index -= *list++ == ',';
	snprintf(buffer, size, "%.*s", (int)strcspn(list, ","), list);
	return buffer;
}

static void read_hosts(const PQconninfoOption *options, struct hosts *hosts)
{
	for (; options->keyword != NULL; options++) {
		if (options->val == NULL)
			continue;
		if (strcmp(options->keyword, "host") == 0)
			hosts->host = options->val;
		else if (strcmp(options->keyword, "hostaddr") == 0)
			hosts->hostaddr = options->val;
		else if (strcmp(options->keyword, "port") == 0)
			hosts->port = options->val;
		else if (strcmp(options->keyword, "options") == 0)
			hosts->has_options = true;
	}
	hosts->count =
	    elements(hosts->hostaddr != NULL ? hosts->hostaddr : hosts->host);
}

/* Brings a started connection to its end. Returns NULL, or what is wrong. */
static const char *complete(struct db *db, int64_t deadline)
{
	PostgresPollingStatusType status = PGRES_POLLING_WRITING;

	if (PQstatus(db->connection) == CONNECTION_BAD)
		return PQerrorMessage(db->connection);
	while (status == PGRES_POLLING_READING ||
	    status == PGRES_POLLING_WRITING) {
		if (!connection_wait(db,
			status == PGRES_POLLING_READING ? POLLIN : POLLOUT,
			deadline))
			return "timed out";
		status = PQconnectPoll(db->connection);
	}
	if (status != PGRES_POLLING_OK)
		return PQerrorMessage(db->connection);
	PQsetNoticeProcessor(db->connection, be_silent, NULL);
	return PQsetnonblocking(db->connection, 1) == 0 ? NULL : "not set up";
}

/* Tries one host. Returns NULL, or what is wrong. */
static const char *try_host(
    struct db *db, const struct hosts *hosts, size_t index, int64_t deadline)
{
	const char *keywords[] = { "dbname", "client_encoding",
		"fallback_application_name", "host", "hostaddr", "port",
		"options", "user", NULL };
	const char *values[] = { db->conninfo, "UTF8", "postern", NULL, NULL,
		NULL, NULL, db->role, NULL };
	char host[256], hostaddr[64], port[16];

	/* Later ones override what the connection string says; NULL does not.
	 * libpq would try all hosts itself, but wait for a silent one for as
	 * long as there is time at all. */
	if (hosts->count > 1) {
		values[3] = element(hosts->host, index, host, sizeof host);
		values[4] =
		    element(hosts->hostaddr, index, hostaddr, sizeof hostaddr);
		values[5] = element(hosts->port, index, port, sizeof port);
	}
	if (db->options[0] != '\0' && !hosts->has_options)
		values[6] = db->options;
	db->connection = PQconnectStartParams(keywords, values, 1);
	if (db->connection == NULL)
		log_fatal("memory: there is none left");
	return complete(db, deadline);
}

static enum outcome try_all(struct db *db, const struct hosts *hosts)
{
	int64_t share = CONNECT_MS / (int64_t)hosts->count;
	char why[PROBLEM_SIZE] = "timed out";
	bool is_short = false;

	if (share < SHARE_MS)
		share = SHARE_MS;
	for (size_t i = 0; i < hosts->count && !is_short; i++) {
		size_t index = (db->host + i) % hosts->count;
		int64_t deadline = clock_milliseconds() + share;
		const char *wrong = NULL;

		is_short = db->deadline != 0 && db->deadline < deadline;
		if (is_short)
			deadline = db->deadline;
		wrong = try_host(db, hosts, index, deadline);
		if (wrong == NULL) {
			db->host = index;
			return OK;
		}
		/* A host that had less than its share is not to blame. */
		is_short = is_short && strcmp(wrong, "timed out") == 0;
		snprintf(why, sizeof why, "%s", wrong);
		connection_end(db);
	}
	if (!is_short)
		db->retry_at = clock_milliseconds() + RETRY_MS;
	return connection_unavailable(db, "no connection", why);
}

enum outcome connection_open(struct db *db)
{
	PQconninfoOption *options = PQconninfoParse(db->conninfo, NULL);
	struct hosts hosts = { 0 };
	enum outcome outcome = OK;

	/* libpq's own message would repeat the string, password and all. */
	if (options == NULL)
		return connection_unavailable(db, "connection string",
		    "it is malformed; mend the setting database");
	read_hosts(options, &hosts);
	outcome = try_all(db, &hosts);
	PQconninfoFree(options);
	return outcome;
}
