/*
 * activate - opens an account with the ticket of its letter.
 *
 *	POST /api/activate/ {uid, token}
 *	204; 400 a bad uid or ticket; 403 it is activated already
 *	POST /api/activate/resend/ {email}
 *	204 always, and one more letter where an account waits for it
 *
 * Trusted with: activating accounts and ordering letters. It has no keys.
 */
#include "address.h"
#include "fields.h"
#include "outbox.h"
#include "service.h"
#include "ticket.h"

static const struct field ticket[] = {
	{ "uid", 0, 0, NULL, NULL },
	{ "token", 0, 0, NULL, NULL },
	{ 0 },
};

static const struct field address[] = {
	{ "email", ADDRESS_MAX, 0, field_address, NULL },
	{ 0 },
};

static enum outcome activate(struct request *request)
{
	return ticket_activate(request, request_value(request, "uid"),
	    request_value(request, "token"));
}

static enum outcome resend(struct request *request)
{
	return outbox_ask(request, "resend", request_value(request, "email"));
}

static const struct route routes[] = {
	{ "POST", "/api/activate/", ticket, activate, NULL },
	{ "POST", "/auth/users/activation/", ticket, activate, NULL },
	{ "POST", "/api/activate/resend/", address, resend, NULL },
	{ "POST", "/auth/users/resend_activation/", address, resend, NULL },
	{ 0 },
};

static const struct service service = { "activate", routes, NULL };

int main(int argc, char **argv)
{
	return service_main(&service, argc, argv);
}
