/* gate_path.h - the path of a request as rules compare it. */
#pragma once
#include <stdbool.h>
#include "arena.h"

/*
 * Returns the path of a request target (RFC 9112 section 3.2.1), without its
 * query, decoded once, without empty segments and with . and .. resolved (RFC
 * 3986 section 5.2.4); with a slash at the end where it had one. A text that is
 * not `is_encoded` is a path that is decoded already and has no query.
 * Returns NULL for what web servers and programs behind them do not read alike:
 * what does not begin with a slash or goes above the root, an encoded slash, a
 * backslash or percent sign however written, a segment such as "..;x", a
 * control character, what is not UTF-8.
 */
const char *gate_path(struct arena *arena, const char *target, bool is_encoded);

/*
 * Returns true when the path is `prefix` or below it. The prefix has no slash at
 * its end; "" is the root, above everything.
 */
bool gate_path_is_below(const char *path, const char *prefix);

/* Returns the path percent-encoded, all but letters, digits and - . _ ~ / */
const char *gate_path_encode(struct arena *arena, const char *path);
