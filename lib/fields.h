/* fields.h - the checks that fields of several endpoints share. */
#pragma once
#include "password.h"
#include "request.h"

/* A username that could be registered: its form, and not a reserved one. */
field_check field_username;

/* A mail address. */
field_check field_address;

/* A name of a person: no control characters. */
field_check field_name;

/*
 * Checks a new password against the rules and notes what is wrong with it as
 * faults of the field. Returns true when nothing is.
 */
bool field_password_is_good(struct request *request, const char *field,
    const char *password, const struct person *person);
