/* sandbox.h - what the process may do. */
#pragma once

/*
 * Gives up what no program here needs: new privileges, core dumps, being
 * traced. Files are made for owner and group alone. Never fails: an old kernel
 * leaves out what it does not know.
 */
void sandbox_enter(void);
