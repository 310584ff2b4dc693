/* template.h - texts with {placeholders}: letters and the links in them. */
#pragma once
#include "arena.h"

/* What stands for {name}. The last row of a list has no name. */
struct placeholder {
	const char *name;
	const char *value; /* NULL: known, but not in this text */
};

/* How a value is written into its surroundings. */
enum surroundings {
	IN_TEXT, /* as it is; control characters become blanks */
	IN_HTML, /* the same, with & < > " ' as character references */
	IN_URL,  /* percent-encoded but for unreserved, RFC 3986 section 2.3 */
};

/*
 * Returns `text` with its placeholders replaced. A placeholder is a name of
 * small letters and _ in braces; other braces stay as they are. `origin` names
 * the text in problems.
 * Returns NULL and sets *problem (in the arena) to "ORIGIN:LINE: {name}: ..."
 * when a placeholder is unknown or has no value.
 */
const char *template_fill(struct arena *arena, const char *origin,
    const char *text, const struct placeholder *values,
    enum surroundings surroundings, const char **problem);

/*
 * Returns the text of a file of at most 256 KiB; NULL when it cannot be read,
 * holds a NUL or is not UTF-8, and sets *problem (in the arena).
 */
const char *template_text(
    struct arena *arena, const char *path, const char **problem);
