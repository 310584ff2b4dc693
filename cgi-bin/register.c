/*
 * register - a new account, which waits for its activation.
 *
 *	POST /api/register/ {email, username, password, first_name, last_name}
 *	201 {"email", "username", "id"} and a letter with the activation link
 *	400 what is wrong with the fields; a username that is taken
 *	403 registration = closed
 *	429 too many registrations, with Retry-After
 *
 * user_create_password_retype asks for re_password as well, registration =
 * invitation for an invitation, which is for its address alone and proves it;
 * else there may be one.
 *
 * An address that has an account answers as a new one (registration_conflict
 * = hide): its owner is told by letter.
 *
 * Trusted with: making accounts and ordering letters. It has no keys.
 */
#include "address.h"
#include "fields.h"
#include "identity.h"
#include "password.h"
#include "registration.h"
#include "service.h"

static unsigned retype_flags(const struct request *request)
{
	return request->config->user_create_password_retype ? 0 : FIELD_UNKNOWN;
}

static unsigned invitation_flags(const struct request *request)
{
	return request->config->registration == REGISTRATION_INVITATION
	    ? 0
	    : FIELD_OPTIONAL;
}

static const struct field fields[] = {
	{ "email", ADDRESS_MAX, 0, field_address, NULL },
	{ "username", USERNAME_MAX, 0, field_username, NULL },
	{ "password", PASSWORD_SIZE_MAX, FIELD_SECRET, NULL, NULL },
	{ "re_password", PASSWORD_SIZE_MAX, FIELD_SECRET, NULL, retype_flags },
	{ "first_name", PERSON_NAME_MAX, FIELD_OPTIONAL, field_name, NULL },
	{ "last_name", PERSON_NAME_MAX, FIELD_OPTIONAL, field_name, NULL },
	{ "invitation", 0, 0, NULL, invitation_flags },
	{ 0 },
};

static struct registration registration_of(struct request *request)
{
	struct arena *arena = request->arena;
	const char *invitation = request_value(request, "invitation");

	return (struct registration){
		.email = address_shown(arena, request_value(request, "email")),
		.username = identity_username(
		    arena, request_value(request, "username")),
		.first_name = request_value(request, "first_name"),
		.last_name = request_value(request, "last_name"),
		.password = request_value(request, "password"),
		.invitation = *invitation != '\0' ? invitation : NULL,
	};
}

/* Returns OK, PASSWORDS_DIFFER, or FIELDS_INVALID with all faults at once. */
static enum outcome check(
    struct request *request, const struct registration *registration)
{
	const struct person person = { registration->username,
		registration->first_name, registration->last_name,
		registration->email };
	bool is_good = field_username_is_own(
	    request, "username", registration->username, registration->email);

	if (!field_password_is_good(
		request, "password", registration->password, &person) ||
	    !is_good)
		return FIELDS_INVALID;
	return field_is_retyped(request,
		   request->config->user_create_password_retype, "password",
		   "re_password")
	    ? OK
	    : PASSWORDS_DIFFER;
}

static enum outcome sign_up(struct request *request)
{
	struct registration registration;
	const char *subject = NULL;
	enum outcome outcome = REGISTRATION_REFUSED;

	if (request->config->registration == REGISTRATION_CLOSED)
		return REGISTRATION_REFUSED;
	registration = registration_of(request);
	outcome = check(request, &registration);
	if (outcome == OK)
		outcome = registration_make(request, &registration, &subject);
	if (outcome != CREATED)
		return outcome;
	request->reply = reply_open(request->arena);
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
