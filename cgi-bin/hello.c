/*
 * hello - a protected endpoint, and the pattern of one.
 *
 *	GET /api/hello/ with Authorization: Bearer ACCESS
 *	200 {"message"}
 *	401 without a good access token
 *	403 when the user is in none of the groups of require_group
 *
 * Trusted with: reading who is active, the keys. It cannot read hashes.
 */
#include "bearer.h"
#include "service.h"

static enum outcome hello(struct request *request)
{
	request->reply = reply_open(request->arena);
	reply_string(request->reply, "message", "Hello, World!");
	return OK;
}

static const struct route routes[] = {
	{ "GET", "/api/hello/", NULL, hello, bearer_check_member },
	{ 0 },
};

static const struct service service = { "hello", routes, &keyring_access };

int main(int argc, char **argv)
{
	return service_main(&service, argc, argv);
}
