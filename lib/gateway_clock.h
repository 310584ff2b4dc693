/*
 * gateway_clock.h - the time of a FastCGI request, and when the process ends.
 * One for the whole process, for signal handlers work it.
 */
#pragma once
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Takes over the signals: SIGTERM, SIGINT, SIGHUP and SIGUSR1 ask the process to
 * end, SIGALRM is the clock. They are let in with the mask *waiting only. Ends
 * the process when there is no timer.
 */
void gateway_clock_open(sigset_t *waiting);
void gateway_clock_close(void);

/* Returns true when the process was asked to end. */
bool gateway_clock_is_stopping(void);

/*
 * Starts the time of a request, in seconds, on the peer's connection. When it
 * has passed the connection is shut down: reading one second before the end,
 * for the database and the answer, and all half a second after it.
 */
void gateway_clock_watch(int connection, int64_t time_limit);
void gateway_clock_release(void);

/* Returns true when the time for reading is over. */
bool gateway_clock_is_late(void);
