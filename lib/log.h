/*
 * log.h - one line an event: time, program, process, request, "what: why".
 *
 * Whatever stands in a line, control characters, backslashes and bytes that
 * are not UTF-8 are written as \xNN, so that an event is always one line.
 */
#pragma once

/* Names the program in each line; lines go to standard error until log_to. */
void log_open(const char *program);

/*
 * Sends lines to "stderr", "syslog" or a file (absolute path, appended to,
 * made with mode 0640 when it does not exist).
 * Returns 0, or an errno value when the file cannot be opened; then nothing
 * changes.
 */
int log_to(const char *target);

/* Sets the identifier that the following lines carry; "" for none. */
void log_request(const char *id);

void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Logs and ends the process with status 1: only for what cannot be survived. */
_Noreturn void log_fatal(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
