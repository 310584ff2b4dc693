/* json_names.h - the names in the objects of a JSON text, each of them once. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "arena.h"

/* One name as json-c sees it, and where it stands in the text. */
struct json_name {
	const char *bytes;
	size_t size;
	const char *place;
};

/* A stack: the names of an inner object lie above those of its outer ones. */
struct json_names {
	struct json_name *names;
	size_t count, room;
};

/*
 * Adds the name written from `text`, the character after its opening quote, up
 * to `end`, its closing quote. The escapes in it are known to be well-formed.
 * Returns false when the name holds the character U+0000.
 */
bool json_names_add(struct json_names *names, struct arena *arena,
    const char *text, const char *end);

/*
 * Takes the names above the first `keep` off the stack. Returns where the
 * first character of a duplicate among them stands, or NULL.
 */
const char *json_names_leave(struct json_names *names, size_t keep);
