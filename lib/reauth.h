/* reauth.h - the password once more, before what a stolen token must not do. */
#pragma once
#include "login.h"
#include "request.h"

/*
 * Checks the password of the bearer's account. The attempt is counted as failed
 * before the password is hashed, on the counters of logins; success clears the
 * account's.
 * Returns OK and sets *account, CURRENT_PASSWORD_WRONG, USER_NOT_FOUND,
 * THROTTLED or UNAVAILABLE.
 */
enum outcome reauth_check(
    struct request *request, const char *password, struct account *account);

/*
 * What is told when the account is no more what reauth_check has read: as if the
 * request had come a moment later, `otherwise` when its token is still good.
 */
enum outcome reauth_moved(struct request *request, enum outcome otherwise);
