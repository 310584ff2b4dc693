/*
 * me - the own account: what it shows, the names of its person, its end.
 *
 *	GET /api/me/
 *	200 {"email", "id", "username", "first_name", "last_name"}
 *	PUT, PATCH /api/me/ {first_name, last_name}
 *	200 the same; what is not sent stays, all other fields change nothing
 *	DELETE /api/me/ {current_password, otp}: with two-step login both
 *	204; 400 one is wrong; 429 too many attempts, with Retry-After
 *
 * Trusted with: reading, naming and deleting the account of a token, reading
 * its hash, the keys, the one that seals secrets of two-step login too.
 */
#include "bearer.h"
#include "fields.h"
#include "me.h"
#include "reauth.h"
#include "service.h"

static const struct field names[] = {
	{ "first_name", PERSON_NAME_MAX, FIELD_OPTIONAL, field_name, NULL },
	{ "last_name", PERSON_NAME_MAX, FIELD_OPTIONAL, field_name, NULL },
	{ 0 },
};

static const struct field password[] = {
	{ "current_password", PASSWORD_SIZE_MAX, FIELD_SECRET, NULL, NULL },
	REAUTH_OTP,
	{ 0 },
};

static enum outcome reply(
    struct request *request, enum outcome outcome, const struct profile *me)
{
	if (outcome != OK)
		return outcome;
	request->reply = reply_open(request->arena);
	profile_reply_own(request->reply, me);
	return OK;
}

static enum outcome show(struct request *request)
{
	struct profile me = { 0 };
	enum outcome outcome = me_read(request, &me);

	return reply(request, outcome, &me);
}

static enum outcome change(struct request *request)
{
	struct profile me = { 0 };
	enum outcome outcome =
	    me_change(request, request_given(request, "first_name"),
		request_given(request, "last_name"), &me);

	return reply(request, outcome, &me);
}

static enum outcome end(struct request *request)
{
	return me_delete(request, request_value(request, "current_password"));
}

/* clang-format off */
static const struct route routes[] = {
	{ "GET", "/api/me/", NULL, show, bearer_check_user },
	{ "PUT", "/api/me/", names, change, bearer_check_user },
	{ "PATCH", "/api/me/", names, change, bearer_check_user },
	{ "DELETE", "/api/me/", password, end, bearer_check_user },
	{ "GET", "/auth/users/me/", NULL, show, bearer_check_user },
	{ "PUT", "/auth/users/me/", names, change, bearer_check_user },
	{ "PATCH", "/auth/users/me/", names, change, bearer_check_user },
	{ "DELETE", "/auth/users/me/", password, end, bearer_check_user },
	{ 0 },
};
/* clang-format on */

static const struct service service = { "me", routes, &keyring_access };

int main(int argc, char **argv)
{
	return service_main(&service, argc, argv);
}
