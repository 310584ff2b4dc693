/*
 * body.h - JSON or form text to the declared, validated fields of a request.
 * Wraps json-c together with reply and segment.
 */
#pragma once
#include <stddef.h>
#include "request.h"

enum body_kind { BODY_UNKNOWN, BODY_JSON, BODY_FORM };

/* The kind of a Content-Type (RFC 9110 section 8.3); its parameters do not
 * matter. */
enum body_kind body_kind(const char *media_type);

/*
 * Reads the fields that request->fields declares into request->values.
 * A `text` of no bytes is an object without names, whatever its kind.
 * Returns OK, BODY_MALFORMED, NOT_AN_OBJECT, NULL_BODY, or FIELDS_INVALID with
 * the faults of all fields in the order of their declaration.
 */
enum outcome body_read(
    struct request *request, enum body_kind kind, char *text, size_t size);
