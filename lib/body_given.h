/* body_given.h - the fields of a body before they are checked, for body*.c. */
#pragma once
#include <stddef.h>
#include "request.h"

/* A value as it came. */
struct given {
	enum { MISSING, NULL_VALUE, NOT_TEXT, BOOLEAN, TEXT, LIST } kind;
	const char *text;
	size_t size; /* bytes; there may be NUL among them */
	char *lines; /* where a list is put together */
};

/*
 * Finds the declared fields in a JSON text, which is changed.
 * Returns OK, BODY_MALFORMED, NOT_AN_OBJECT, NULL_BODY or UNAVAILABLE.
 */
enum outcome body_json(
    struct request *request, char *text, size_t size, struct given *given);

/* The same in a form, decoded in place. Of a name that comes more than once,
 * the last value counts; the values of a list are its elements, and a single
 * blank one is the empty list. */
void body_form(const struct request *request, char *text, size_t size,
    struct given *given);

/*
 * Adds an element to a list, as one more line of its text. What is blank or has
 * control characters is no element: then it is NOT_TEXT. `room` is what all its
 * elements can have, with a byte between two: no more than the body has.
 */
void given_append(struct arena *arena, struct given *given, size_t room,
    const char *text, size_t size);
