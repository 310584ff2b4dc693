/* registration.c - a new account. */
#include "registration.h"

#include "address.h"
#include "courier.h"
#include "identity.h"
#include "log.h"
#include "password.h"
#include "queries.h"
#include "ticket.h"

/* A registration as statements have it. */
struct applicant {
	const struct registration *given;
	const char *name, *address; /* as they are compared */
	const char *invitation;     /* hash of the ticket, or NULL */
	const char *hash;           /* of the password */
};

static enum outcome judge_attempt(struct request *request,
    const struct applicant *applicant, const struct rows *rows)
{
	if (rows_integer(rows, 0, "wait") > 0) {
		log_info("registration throttled: peer=%s outcome=throttled",
		    request->peer.address);
		return request_throttled(
		    request, rows_integer(rows, 0, "wait"));
	}
	/* Who is not invited learns nothing of who is here. */
	if (applicant->invitation != NULL &&
	    !rows_boolean(rows, 0, "is_invited"))
		return INVITATION_INVALID;
	if (rows_boolean(rows, 0, "has_username"))
		return USERNAME_TAKEN;
	if (request->config->registration_conflict == CONFLICT_REVEAL &&
	    rows_boolean(rows, 0, "has_email"))
		return EMAIL_TAKEN;
	return OK;
}

static enum outcome may_register(
    struct request *request, const struct applicant *applicant)
{
	const struct config *config = request->config;
	const struct rows *rows = NULL;
	enum outcome outcome = DB_RUN(request->db, request->arena,
	    &query_register_attempt, &rows, applicant->name, applicant->address,
	    request->peer.prefix, db_boolean(config->throttle),
	    db_integer(request->arena, config->peer_attempts),
	    applicant->invitation);

	return outcome == OK ? judge_attempt(request, applicant, rows)
			     : outcome;
}

static enum outcome make_invited(struct request *request,
    const struct applicant *applicant, const struct rows **rows)
{
	const struct registration *given = applicant->given;
	enum outcome outcome =
	    DB_RUN(request->db, request->arena, &query_register_invited, rows,
		given->username, applicant->name, given->email,
		applicant->address, given->first_name, given->last_name,
		applicant->hash, request->peer.prefix, applicant->invitation,
		db_boolean(*request->config->on_register != '\0'));

	return outcome == OK && rows_count(*rows) == 0 ? INVITATION_INVALID
						       : outcome;
}

static enum outcome make(struct request *request,
    const struct applicant *applicant, const struct rows **rows)
{
	const struct config *config = request->config;
	const struct registration *given = applicant->given;
	struct arena *arena = request->arena;
	enum outcome outcome = DB_RUN(request->db, arena, &query_register, rows,
	    given->username, applicant->name, given->email, applicant->address,
	    given->first_name, given->last_name, applicant->hash,
	    request->peer.prefix, db_boolean(config->throttle),
	    db_integer(arena, config->address_interval),
	    db_integer(arena, config->address_letters),
	    db_boolean(*config->on_register != '\0'),
	    db_boolean(config->send_activation_email));

	if (outcome == OK && config->send_activation_email)
		courier_call(request);
	return outcome;
}

enum outcome registration_make(struct request *request,
    const struct registration *registration, const char **subject)
{
	struct arena *arena = request->arena;
	struct applicant applicant = {
		.given = registration,
		.name = identity_canonical(arena, registration->username),
		.address = address_canonical(arena, registration->email),
		.invitation = registration->invitation != NULL
		    ? ticket_hash(arena, registration->invitation)
		    : NULL,
	};
	const struct rows *rows = NULL;
	enum outcome outcome = may_register(request, &applicant);

	if (outcome != OK)
		return outcome;
	applicant.hash =
	    password_hash(arena, request->config, registration->password);
	if (applicant.hash == NULL)
		return UNAVAILABLE;
	outcome = applicant.invitation != NULL
	    ? make_invited(request, &applicant, &rows)
	    : make(request, &applicant, &rows);
	if (outcome != OK)
		return outcome;
	*subject = rows_text(rows, 0, "subject");
	return CREATED;
}
