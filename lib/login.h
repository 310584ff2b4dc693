/* login.h - username and password to an account. */
#pragma once
#include "profile.h"
#include "request.h"

#define OTP_LENGTH_MAX 64 /* code points of a one-time or recovery code */

/*
 * What a login sends: username or email as login_field says, password,
 * remember, and otp.
 */
extern const struct field login_fields[];

/* An account as a login has read it. */
struct account {
	const char *id; /* internal */
	struct profile profile;
	const char *epoch;
	const char *hash;        /* the stored one */
	const char *better_hash; /* the one to store instead, or NULL */
	const char *counter;     /* of its failed logins */
	const char *attempt;     /* when this one was counted (microseconds) */
	const char *totp_secret; /* sealed; NULL: a password alone does */
};

/*
 * Checks the login_fields of the request. Unknown, wrong, not activated and banned are
 * one answer at one cost; the attempt is counted before the password is
 * hashed. Only after the password was right a code is looked at, where the
 * account has two-step login. A missing one leaves the account's failures as
 * they were; a wrong one is a failure as any other.
 * Returns OK and sets *account, LOGIN_REFUSED, OTP_REQUIRED, OTP_INVALID,
 * THROTTLED, UNAVAILABLE, CROSS_SITE or MEDIA_TYPE_UNSUPPORTED.
 */
enum outcome login_check(struct request *request, struct account *account);

/*
 * How long the login lasts: remember_token_lifetime where the client asks for
 * it and there is one, else the usual lifetime; both in seconds.
 */
int64_t login_lifetime(const struct request *request, int64_t usual);

/* Replies the columns of obtain_response beside the tokens. */
void login_reply(struct request *request, const struct account *account);
