/* reach.h - tries whether somebody answers at a TCP port. */
#pragma once

/*
 * Connects and hangs up; waits at most five seconds for each address.
 * Returns NULL, or why nobody answers (not to be freed).
 */
const char *reach(const char *host, const char *port);
