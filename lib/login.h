/* login.h - username and password to an account. */
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
 * Checks username and password. Unknown, wrong, not activated and banned are
 * one answer at one cost; the attempt is counted before the password is
 * hashed.
 * Returns OK and sets *account, LOGIN_REFUSED, THROTTLED or UNAVAILABLE.
 */
enum outcome login_check(struct request *request, const char *username,
    const char *password, struct account *account);
