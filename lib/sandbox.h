/* sandbox.h - what the process may do. */
#pragma once
#include <stdbool.h>

/*
 * Gives up what no program here needs: core dumps, being traced. Files are made
 * for owner and group alone. Never fails, here and below: an old kernel leaves
 * out what it does not know.
 */
void sandbox_enter(void);

/*
 * Gives up for good what an endpoint has no need of: new privileges, starting
 * programs, other processes, waiting for connections at another socket (seccomp);
 * making files other than regular ones and removing any (Landlock); more than
 * 1024 open files.
 */
void sandbox_lock(void);
bool sandbox_is_locked(void);
