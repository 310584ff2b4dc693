/*
 * me_sessions - the own logins: which there are, and their end.
 *
 *	GET /api/me/sessions/
 *	200 [{"id", "created", "last_used", "expires", "address", "agent",
 *	"current"}], the latest used first; the address is the peer's, of IPv6 its
 *	/64
 *	DELETE /api/me/sessions/
 *	204: all of them end, and all tickets
 *	DELETE /api/me/sessions/ID/
 *	204; 404 when it is none of one's own that lives
 *
 * Trusted with: listing and ending the sessions of the account of a token, the
 * keys. It cannot read hashes.
 */
#include "bearer.h"
#include "me.h"
#include "service.h"

static enum outcome end_one(struct request *request)
{
	return me_session_end(request, request->id);
}

/* clang-format off */
static const struct route routes[] = {
	{ "GET", "/api/me/sessions/", NULL, me_sessions, bearer_check_user },
	{ "DELETE", "/api/me/sessions/", NULL, me_sessions_end,
	    bearer_check_user },
	{ "DELETE", "/api/me/sessions/{id}/", NULL, end_one,
	    bearer_check_user },
	{ 0 },
};
/* clang-format on */

static const struct service service = { "me_sessions", routes,
	&keyring_access };

int main(int argc, char **argv)
{
	return service_main(&service, argc, argv);
}
