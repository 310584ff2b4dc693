/* user.h - the user that an access token means. */
#pragma once
#include "request.h"

/*
 * Asks the database for the user of an access or sliding token, and for its
 * session where access_check = session or the token is sliding; nothing for an
 * access token with access_check = stateless. A token without the claim that a
 * change of password makes stale, of a foreign issuer, is not compared, or with
 * check_revoke_token refused. `groups` has a line for each group of which the
 * user must be in one; "" lets everybody pass.
 * Returns OK, PERMISSION_DENIED, USER_NOT_FOUND, USER_INACTIVE, PASSWORD_CHANGED, TOKEN_INVALID
 * or TOKEN_BLACKLISTED (session), or UNAVAILABLE.
 */
enum outcome user_check(
    struct request *request, const struct claims *claims, const char *groups);

/* The same, and the database is asked whatever access_check says. */
enum outcome user_ask(
    struct request *request, const struct claims *claims, const char *groups);
