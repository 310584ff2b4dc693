/* otp.h - the second step of a login: a one-time code, or a recovery code. */
#pragma once
#include "login.h"
#include "request.h"

/*
 * Compares what was typed with the codes of a sealed secret of the account, and
 * sets *step to the time step of the one that it is.
 * Returns OK, OTP_INVALID, or UNAVAILABLE after logging why the secret cannot be
 * opened.
 */
enum outcome otp_match(struct request *request, const struct account *account,
    const char *secret, const char *typed, int64_t *step);

/*
 * Checks a code of an account with two-step login, a recovery code too, and
 * spends it: of any number of parallel uses one is good. Blanks and hyphens in
 * it do not count, nor does case. Without totp_key, or with another one, codes
 * are UNAVAILABLE; recovery codes, which need no key, are not.
 * Returns OK, OTP_INVALID or UNAVAILABLE.
 */
enum outcome otp_check(
    struct request *request, const struct account *account, const char *typed);
