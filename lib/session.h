/*
 * session.h - one row for each login, from its first tokens to its end.
 *
 * The row holds the jti of the refresh token that is good now and of the one
 * before it; a refresh is one statement (RFC 9700 section 4.14).
 */
#pragma once
#include "login.h"
#include "request.h"

/*
 * Opens a session of so many seconds for the account and sets *refresh, the
 * claims of its first refresh token. With session_limit the oldest sessions of
 * the account end. Returns OK, LOGIN_REFUSED when the account has changed since
 * it was read, or UNAVAILABLE.
 */
enum outcome session_open(struct request *request,
    const struct account *account, int64_t lifetime, struct claims *refresh);

/*
 * Refreshes with a verified refresh token and sets *next: with rotation the
 * claims of its successor, else those of the token itself. The same successor
 * again for the previous token within the grace; after it the session ends.
 * Returns OK, TOKEN_INVALID, TOKEN_BLACKLISTED, TOKEN_EXPIRED,
 * ACCOUNT_REFUSED or UNAVAILABLE.
 */
enum outcome session_refresh(struct request *request,
    const struct claims *presented, struct claims *next);

/*
 * The claims of a sliding token of the session, from now on: those of `token`,
 * whose exp is when the session ends.
 */
struct claims session_slide(
    const struct request *request, const struct claims *token);

/*
 * Asks whether the session of a verified token lives; never ends it.
 * Returns OK, TOKEN_INVALID, TOKEN_BLACKLISTED, TOKEN_EXPIRED or UNAVAILABLE.
 */
enum outcome session_verify(
    struct request *request, const struct claims *claims);

/*
 * The same with the outcomes of a protected endpoint, as user_check has them;
 * PERMISSION_DENIED when the user is in none of the groups, a line each ("": all
 * may).
 */
enum outcome session_check(
    struct request *request, const struct claims *claims, const char *groups);

/*
 * Ends the session of a verified refresh token. Of a user who is gone nothing
 * is left to end: OK. Returns OK, TOKEN_INVALID, TOKEN_BLACKLISTED,
 * TOKEN_EXPIRED or UNAVAILABLE.
 */
enum outcome session_end(
    struct request *request, const struct claims *presented);
