/* body_given.h - the fields of a body before they are checked, for body*.c. */
#pragma once
#include <stddef.h>
#include "request.h"

/* A value as it came. */
struct given {
	enum { MISSING, NULL_VALUE, NOT_TEXT, BOOLEAN, TEXT } kind;
	const char *text;
	size_t size; /* bytes; there may be NUL among them */
};

/*
 * Finds the declared fields in a JSON text, which is changed.
 * Returns OK, BODY_MALFORMED, NOT_AN_OBJECT, NULL_BODY or UNAVAILABLE.
 */
enum outcome body_json(
    struct request *request, char *text, size_t size, struct given *given);

/* The same in a form, decoded in place. Of a name that comes more than once,
 * the last value counts. */
void body_form(const struct request *request, char *text, size_t size,
    struct given *given);
