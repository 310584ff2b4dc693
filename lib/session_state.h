/* session_state.h - how a session stands, for the modules of sessions. */
#pragma once
#include "request.h"

/* What the state of a session means for each of those who ask. */
struct verdict {
	const char *state;
	enum outcome refresh, verify, access, end;
};

/*
 * Asks how session and user of a verified token stand. `jti` is NULL where it
 * does not matter which token of the session it is.
 * Returns OK and sets *verdict, or UNAVAILABLE.
 */
enum outcome session_state(struct request *request, const struct claims *claims,
    const char *jti, const struct verdict **verdict);

/* A token that can be of a session on record: ours has both ids as hex. */
bool session_is_possible(const struct claims *claims);
