/*
 * register - a new account, which waits for its activation.
 *
 *	POST /api/register/ {email, username, password, first_name, last_name}
 *	201 {"email", "username", "id"} and a letter with the activation link
 *	400 what is wrong with the fields; a username that is taken
 *	429 too many registrations, with Retry-After
 *
 * An address that has an account answers as a new one (registration_conflict
 * = hide): its owner is told by letter.
 *
 * Trusted with: making accounts and ordering letters. It has no keys.
 */
#include "fields.h"
#include "identity.h"
#include "password.h"
#include "registration.h"
#include "service.h"

static const struct field fields[] = {
	{ "email", ADDRESS_MAX, 0, field_address, NULL },
	{ "username", USERNAME_MAX, 0, field_username, NULL },
	{ "password", PASSWORD_SIZE_MAX, FIELD_SECRET, NULL, NULL },
	{ "first_name", PERSON_NAME_MAX, FIELD_OPTIONAL, field_name, NULL },
	{ "last_name", PERSON_NAME_MAX, FIELD_OPTIONAL, field_name, NULL },
	{ 0 },
};

static enum outcome sign_up(struct request *request)
{
	struct arena *arena = request->arena;
	struct registration registration = {
		.email =
		    identity_address(arena, request_value(request, "email")),
		.username = identity_username(
		    arena, request_value(request, "username")),
		.first_name = request_value(request, "first_name"),
		.last_name = request_value(request, "last_name"),
		.password = request_value(request, "password"),
	};
	struct person person = { registration.username, registration.first_name,
		registration.last_name, registration.email };
	const char *subject = NULL;
	enum outcome outcome = FIELDS_INVALID;

	bool is_good = field_username_is_own(
	    request, "username", registration.username, registration.email);

	/* both, so that all faults are told at once */
	if (!field_password_is_good(
		request, "password", registration.password, &person) ||
	    !is_good)
		return FIELDS_INVALID;
	outcome = registration_make(request, &registration, &subject);
	if (outcome != CREATED)
		return outcome;
	request->reply = reply_open(arena);
	reply_string(request->reply, "email", registration.email);
	reply_string(request->reply, "username", registration.username);
	reply_string(request->reply, "id", subject);
	return CREATED;
}

static const struct route routes[] = {
	{ "POST", "/api/register/", fields, sign_up, NULL },
	{ "POST", "/auth/users/", fields, sign_up, NULL },
	{ 0 },
};

static const struct service service = { "register", routes, NULL };

int main(int argc, char **argv)
{
	return service_main(&service, argc, argv);
}
