/* bearer.h - the Authorization header to verified claims, and the user. */
#pragma once
#include "request.h"

/*
 * Takes the access token from an Authorization header (RFC 6750 section 2.1;
 * the scheme is compared without case), verifies it, and asks the database
 * for its user as access_check says: not at all (stateless), the user, or the
 * session too.
 * Returns OK and sets request->claims, or the reason; bearer_refused is set
 * when there was a token.
 */
enum outcome bearer_check(struct request *request, const char *authorization);
