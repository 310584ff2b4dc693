/*
 * health - whether the site works, for load balancers and monitors.
 *
 *	GET /api/health/
 *	200 {"status":"ok"}, 503 when the database is away
 *
 * Trusted with nothing.
 */
#include "queries.h"
#include "service.h"

static enum outcome health(struct request *request)
{
	const struct rows *rows = NULL;
	enum outcome outcome =
	    db_run(request->db, request->arena, &query_health, NULL, 0, &rows);

	if (outcome != OK)
		return outcome;
	request->reply = reply_open(request->arena);
	reply_string(request->reply, "status", "ok");
	return OK;
}

static const struct route routes[] = {
	{ "GET", "/api/health/", NULL, health, NULL },
	{ 0 },
};

static const struct service service = { "health", routes, NULL };

int main(int argc, char **argv)
{
	return service_main(&service, argc, argv);
}
