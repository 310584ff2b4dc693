/* user.h - the user that an access token means. */
#pragma once
#include "request.h"

/*
 * Asks the database for the user of an access token, and with access_check =
 * session for its session. A token without the epoch claim, of a foreign
 * issuer, is not compared.
 * Returns OK, USER_NOT_FOUND, USER_INACTIVE, PASSWORD_CHANGED, TOKEN_INVALID
 * or TOKEN_BLACKLISTED (session), or UNAVAILABLE.
 */
enum outcome user_check(struct request *request, const struct claims *claims);
