/*
 * authorize - whether a web server may let a request through: for files and
 * programs that are not ours.
 *
 *	any path, any method, with an access token
 *	200 without a body, who it is in headers (lib/gate.h)
 *	401 no token, a bad one, of nobody, of someone banned; 303 to the
 *	    sign-in page, with gate_login_url
 *	403 a rule of the path is not met, or the path cannot be compared
 *	503 when the database is away
 *
 * In the FastCGI role of an authorizer, or as the target of auth_request.
 *
 * Trusted with: reading who is active, names and groups, the keys. It cannot
 * read hashes and changes nothing.
 */
#include "gate.h"
#include "service.h"

static const struct route routes[] = {
	{ 0 },
};

static const struct service service = { "authorize", routes, &keyring_access };

int main(int argc, char **argv)
{
	return service_main_gate(&service, gate_decide, argc, argv);
}
