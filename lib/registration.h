/* registration.h - a new account. */
#pragma once
#include "request.h"

/* The fields of a registration; all are valid. */
struct registration {
	const char *username, *email, *first_name, *last_name, *password;
};

/*
 * Makes an account that waits for its activation, and orders its letter.
 * Returns CREATED and sets *subject, USERNAME_TAKEN, EMAIL_TAKEN (with
 * registration_conflict = reveal), THROTTLED or UNAVAILABLE.
 */
enum outcome registration_make(struct request *request,
    const struct registration *registration, const char **subject);
