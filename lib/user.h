/* user.h - accounts: who a token means, who logs in, who registers. */
#pragma once
#include "request.h"

/* An account as a login has read it. */
struct account {
	const char *id; /* internal */
	const char *subject;
	const char *epoch;
	const char *hash;        /* the stored one */
	const char *better_hash; /* the one to store instead, or NULL */
	const char *counter;     /* of its failed logins */
};

/*
 * Asks the database for the user of an access token, and with access_check =
 * session for its session. A token without the epoch claim, of a foreign
 * issuer, is not compared.
 * Returns OK, USER_NOT_FOUND, USER_INACTIVE, PASSWORD_CHANGED, TOKEN_INVALID
 * or TOKEN_BLACKLISTED (session), or UNAVAILABLE.
 */
enum outcome user_check(struct request *request, const struct claims *claims);

/*
 * Checks username and password. Unknown, wrong, not activated and banned are
 * one answer at one cost; the attempt is counted before the password is
 * hashed.
 * Returns OK and sets *account, LOGIN_REFUSED, THROTTLED or UNAVAILABLE.
 */
enum outcome user_login(struct request *request, const char *username,
    const char *password, struct account *account);

/* The fields of a registration; all are valid. */
struct registration {
	const char *username, *email, *first_name, *last_name, *password;
};

/*
 * Makes an account that waits for its activation, and orders its letter.
 * Returns CREATED and sets *subject, USERNAME_TAKEN, EMAIL_TAKEN (with
 * registration_conflict = reveal), THROTTLED or UNAVAILABLE.
 */
enum outcome user_register(struct request *request,
    const struct registration *registration, const char **subject);

/*
 * Orders a letter (purpose "resend" or "reset") to whoever has the address, if
 * anyone, within the limits. Returns NO_CONTENT or UNAVAILABLE.
 */
enum outcome user_ask_letter(
    struct request *request, const char *purpose, const char *address);
