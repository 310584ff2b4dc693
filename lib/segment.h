/*
 * segment.h - a JSON object of others, such as one segment of a token, and its
 * typed members.
 * Wraps json-c together with body and reply.
 *
 * A member of another type than the one asked for never passes as a default.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arena.h"

struct segment;

/*
 * Reads the text of a segment. Returns NULL unless it is one JSON object that
 * json_check accepts. It lives as long as the arena.
 */
const struct segment *segment_open(
    struct arena *arena, const char *text, size_t size);

/* Returns true when there is such a member, null included. */
bool segment_has(const struct segment *segment, const char *name);

/*
 * Returns a string member, which lives as long as the arena; NULL when it is
 * absent, no string, or has a NUL character in it.
 */
const char *segment_string(const struct segment *segment, const char *name);

/*
 * Reads an integer member. Returns false when it is absent, of another type,
 * or does not fit.
 */
bool segment_integer(
    const struct segment *segment, const char *name, int64_t *value);

/*
 * Reads a NumericDate (RFC 7519 section 2); a fraction of a second is cut off.
 * Returns false when it is absent, no number, or beyond 2^53.
 */
bool segment_date(
    const struct segment *segment, const char *name, int64_t *seconds);

/*
 * Returns a member as a list of texts, NULL behind the last (in the arena): a
 * string, an integer or a boolean is a list of one, an array of strings one of
 * many. NULL when it is absent, anything else, or has a NUL character in it.
 */
const char *const *segment_texts(
    struct arena *arena, const struct segment *segment, const char *name);

/* Returns the number of elements of a list, -1 when the member is none. */
int segment_count(const struct segment *segment, const char *name);

/*
 * Returns an element of a list, NULL when it is no object or there is none. It
 * lives as long as the segment.
 */
const struct segment *segment_element(
    const struct segment *segment, const char *name, int index);

/*
 * Returns true when the member is a string, or an array of nothing but
 * strings, and one of them is in the list, whose last element is NULL.
 */
bool segment_names_one_of(
    const struct segment *segment, const char *name, const char *const *list);
