/* session_state.h - how a session stands, for the modules of sessions. */
#pragma once
#include "request.h"

/* What the state of a session means for each of those who ask. */
struct verdict {
	const char *state;
	enum outcome refresh, verify, access, end;
};

/* Which token of the session it is, or NULL where that does not matter; the
 * groups of which the user must be in one, a line each, or "". */
struct question {
	const char *jti, *groups;
};

/*
 * Asks how session and user of a verified token stand.
 * Returns OK and sets *verdict, or UNAVAILABLE.
 */
enum outcome session_state(struct request *request, const struct claims *claims,
    const struct question *question, const struct verdict **verdict);

/* A token that can be of a session on record: ours has both ids as hex. */
bool session_is_possible(const struct claims *claims);
