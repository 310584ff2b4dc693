/*
 * json.h - a strict reading of JSON text (RFC 8259) before a library sees it.
 *
 * json-c accepts more than the grammar and merges duplicate names silently.
 */
#pragma once
#include <stddef.h>
#include "arena.h"

#define JSON_DEPTH_MAX 8

/*
 * Checks that the text is exactly one JSON value in valid UTF-8 without NUL
 * bytes, nested at most JSON_DEPTH_MAX deep, without a duplicate name in any
 * object. (Lone surrogates in \u escapes are let through: they are a fault of
 * the field. In names they count as U+FFFD and \u0000 is refused, since json-c
 * takes such names for one another.)
 * Returns NULL when it is, else what is wrong and where (in the arena), for
 * example "expecting ',' or '}': line 1 column 5 (char 4)".
 */
const char *json_check(struct arena *arena, const char *text, size_t size);
