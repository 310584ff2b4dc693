/* registration.c - a new account. */
#include "registration.h"

#include "identity.h"
#include "log.h"
#include "password.h"
#include "queries.h"

static enum outcome may_register(
    struct request *request, const char *name, const char *address)
{
	const struct config *config = request->config;
	const struct rows *rows = NULL;
	enum outcome outcome = DB_RUN(request->db, request->arena,
	    &query_register_attempt, &rows, name, address, request->peer.prefix,
	    db_boolean(config->throttle),
	    db_integer(request->arena, config->peer_attempts));

	if (outcome != OK)
		return outcome;
	if (rows_integer(rows, 0, "wait") > 0) {
		log_info("registration throttled: peer=%s outcome=throttled",
		    request->peer.address);
		return request_throttled(
		    request, rows_integer(rows, 0, "wait"));
	}
	if (rows_boolean(rows, 0, "has_username"))
		return USERNAME_TAKEN;
	if (config->registration_conflict == CONFLICT_REVEAL &&
	    rows_boolean(rows, 0, "has_email"))
		return EMAIL_TAKEN;
	return OK;
}

enum outcome registration_make(struct request *request,
    const struct registration *registration, const char **subject)
{
	const struct config *config = request->config;
	struct arena *arena = request->arena;
	const char *name = identity_canonical(arena, registration->username);
	const char *address =
	    identity_address_canonical(arena, registration->email);
	const struct rows *rows = NULL;
	const char *hash = NULL;
	enum outcome outcome = may_register(request, name, address);

	if (outcome != OK)
		return outcome;
	hash = password_hash(arena, config, registration->password);
	if (hash == NULL)
		return UNAVAILABLE;
	outcome = DB_RUN(request->db, arena, &query_register, &rows,
	    registration->username, name, registration->email, address,
	    registration->first_name, registration->last_name, hash,
	    request->peer.prefix, db_boolean(config->throttle),
	    db_integer(arena, config->address_interval),
	    db_integer(arena, config->address_letters),
	    db_boolean(*config->on_register != '\0'));
	if (outcome != OK)
		return outcome;
	*subject = rows_text(rows, 0, "subject");
	return CREATED;
}
