/* registration.h - a new account. */
#pragma once
#include "request.h"

/* The fields of a registration; all are valid. */
struct registration {
	const char *username, *email, *first_name, *last_name, *password;
	const char *invitation; /* the ticket; NULL: none is asked for */
};

/*
 * Makes an account. It waits for its activation, and the letter is ordered;
 * with an invitation, or with send_activation_email = no, it is active.
 * Returns CREATED and sets *subject, INVITATION_INVALID, USERNAME_TAKEN,
 * EMAIL_TAKEN (with registration_conflict = reveal, or an account that is active
 * at once), THROTTLED or UNAVAILABLE.
 */
enum outcome registration_make(struct request *request,
    const struct registration *registration, const char **subject);
