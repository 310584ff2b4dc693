/* fields.h - the checks that fields of several endpoints share. */
#pragma once
#include "password.h"
#include "request.h"

/* A username that could be registered: its form, and not a reserved one. */
field_check field_username;

/*
 * A username with @ must be the own address, lest it be taken for that of
 * somebody else; where logins go by username alone it may look as it likes.
 * Notes what is wrong as a fault of the field. Returns true when nothing is.
 */
bool field_username_is_own(struct request *request, const char *field,
    const char *username, const char *address);

/* A mail address. */
field_check field_address;

/* A name of a person: no control characters, nor any of direction. */
field_check field_name;

#define PERSON_NAME_MAX 150 /* code points of a first or last name */

/* Names of groups, a line each. */
field_check field_groups;

/* The number of a page: 1 to 999999. */
field_check field_page;

/*
 * Compares what was typed twice, where a setting asks for that. Returns false
 * when the two fields differ.
 */
bool field_is_retyped(const struct request *request, bool is_asked_for,
    const char *field, const char *again);

/*
 * Checks a new password against the rules and the list of breached ones, and
 * notes what is wrong with it as faults of the field. Returns true when nothing
 * is. Where the list cannot be read it is false too, and FIELDS_INVALID ends in
 * 503: nobody sets a password that was not looked up.
 */
bool field_password_is_good(struct request *request, const char *field,
    const char *password, const struct person *person);
