/* reauth.h - the password once more, before what a stolen token must not do. */
#pragma once
#include "login.h"
#include "request.h"

/*
 * Checks the password of the bearer's account. The attempt is counted as failed
 * before the password is hashed, on the counters of logins; success clears the
 * account's. With two-step login success is no more than no failure, and
 * reauth_code follows: else codes could be tried without end by whoever has the
 * password.
 * Returns OK and sets *account, CURRENT_PASSWORD_WRONG, USER_NOT_FOUND,
 * THROTTLED or UNAVAILABLE.
 */
enum outcome reauth_check(
    struct request *request, const char *password, struct account *account);

/*
 * Where the account has two-step login, checks the field otp and spends the
 * code. It is the last check before what is asked for is done: what is refused
 * for anything else has spent no code. An attempt of its own is counted, but for
 * a code that is missing or blank.
 * Returns OK, OTP_MISSING, OTP_REFUSED, USER_NOT_FOUND, THROTTLED or
 * UNAVAILABLE.
 */
enum outcome reauth_code(
    struct request *request, const struct account *account);

/* The field that reauth_code looks at. */
#define REAUTH_OTP                                                \
	{                                                         \
		"otp", OTP_LENGTH_MAX, FIELD_OPTIONAL, NULL, NULL \
	}

/* The steps of both, for what asks otherwise: */

/*
 * Counts an attempt as failed and finds the bearer's account.
 * Returns OK and sets *account, USER_NOT_FOUND, THROTTLED or UNAVAILABLE.
 */
enum outcome reauth_attempt(struct request *request, struct account *account);

/* Logs and audits a failure. Returns `outcome`, or UNAVAILABLE. */
enum outcome reauth_refuse(struct request *request,
    const struct account *account, enum outcome outcome);

/* The account's failures count no more. Returns OK or UNAVAILABLE. */
enum outcome reauth_clear(
    struct request *request, const struct account *account);

/* This attempt does not count; others do. Returns OK or UNAVAILABLE. */
enum outcome reauth_take_back(
    struct request *request, const struct account *account);

/*
 * What is told when the account is no more what reauth_check has read: as if the
 * request had come a moment later, `otherwise` when its token is still good.
 */
enum outcome reauth_moved(struct request *request, enum outcome otherwise);
