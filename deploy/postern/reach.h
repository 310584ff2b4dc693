/* reach.h - tries whether somebody answers at a TCP port. */
#pragma once
#include "arena.h"

/*
 * Splits SCHEME://HOST:PORT and SCHEME://[HOST]:PORT, whatever follows; without
 * a port it is that of smtp, smtps, http or https. Both are in the arena. What
 * stands before an @ is somebody's and left out: findings are shown.
 */
void reach_split(
    struct arena *arena, const char *url, const char **host, const char **port);

/*
 * Connects and hangs up; waits at most five seconds for each address.
 * Returns NULL, or why nobody answers (not to be freed).
 */
const char *reach(const char *host, const char *port);
