/* two_step.h - two-step login of an account: set up, kept, ended. */
#pragma once
#include "login.h"
#include "request.h"

/* Replies "enabled" and "recovery_codes_left" of the bearer. */
enum outcome two_step_state(struct request *request);

/*
 * Makes a secret for the account, which codes of two_step_confirm prove within
 * the hour, and replies it as "secret", "uri" and "qr".
 * Returns OK, TWO_STEP_ON or UNAVAILABLE.
 */
enum outcome two_step_begin(
    struct request *request, const struct account *account);

/*
 * Enables two-step login by the otp of the request and replies the
 * "recovery_codes". A wrong code counts as a failed login.
 * Returns OK, TWO_STEP_ON, TWO_STEP_NOT_BEGUN, OTP_REFUSED, PASSWORD_CHANGED,
 * USER_NOT_FOUND, THROTTLED or UNAVAILABLE.
 */
enum outcome two_step_confirm(struct request *request);

/* Replies new "recovery_codes" in place of the old ones. */
enum outcome two_step_renew(
    struct request *request, const struct account *account);

/* Ends it. Returns NO_CONTENT, TWO_STEP_OFF or UNAVAILABLE. */
enum outcome two_step_end(
    struct request *request, const struct account *account);
