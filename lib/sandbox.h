/* sandbox.h - what the process may do. */
#pragma once

/*
 * Gives up what no program here needs: core dumps, being traced. Files are made
 * for owner and group alone. Never fails, here and below: an old kernel leaves
 * out what it does not know.
 */
void sandbox_enter(void);

/*
 * Gives up new privileges, for good: what is started from now on has no more
 * rights than this process, not even where its file says so.
 */
void sandbox_lock(void);
