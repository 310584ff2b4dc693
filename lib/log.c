/* log.c - one line an event: time, program, process, request, "what: why". */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE 2048

/*
 * The one module with state of its own: a log that had to be handed to every
 * function would hide what the functions are about.
 */
static struct {
	const char *program;
	bool to_syslog;
	int standard_error; /* the one that there was at first, or -1 */
	char request[33];
} state = { .program = "postern", .standard_error = -1 };

void log_open(const char *program)
{
	state.program = program;
}

int log_to(const char *target)
{
	int file = -1;

	if (strcmp(target, "syslog") == 0) {
		openlog(state.program, LOG_PID, LOG_AUTHPRIV);
		state.to_syslog = true;
		return 0;
	}
	if (strcmp(target, "stderr") == 0) {
		if (state.standard_error >= 0 &&
		    dup2(state.standard_error, STDERR_FILENO) < 0)
			return errno;
		state.to_syslog = false;
		return 0;
	}
	if (state.standard_error < 0)
		state.standard_error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	file = open(target, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (file < 0)
		return errno;
	/* Whatever a library says on standard error belongs there too. */
	if (file != STDERR_FILENO) {
		int problem = dup2(file, STDERR_FILENO) < 0 ? errno : 0;

		close(file);
		if (problem != 0)
			return problem;
	}
	state.to_syslog = false;
	return 0;
}

void log_request(const char *id)
{
	snprintf(state.request, sizeof state.request, "%s", id);
}

/* Length of the valid UTF-8 sequence at `text`, 0 when there is none. */
static size_t sequence(const unsigned char *text)
{
	size_t length = 0;

	if (text[0] >= 0xc2 && text[0] <= 0xdf)
		length = 2;
	else if (text[0] >= 0xe0 && text[0] <= 0xef)
		length = 3;
	else if (text[0] >= 0xf0 && text[0] <= 0xf4)
		length = 4;
	for (size_t i = 1; i < length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	/* overlong forms, surrogates, beyond U+10FFFF (RFC 3629 section 4) */
	if ((text[0] == 0xe0 && text[1] < 0xa0) ||
	    (text[0] == 0xed && text[1] > 0x9f) ||
	    (text[0] == 0xf0 && text[1] < 0x90) ||
	    (text[0] == 0xf4 && text[1] > 0x8f))
		return 0;
	/* C1 control characters; U+2028 and U+2029 end lines too */
	if (text[0] == 0xc2 && text[1] < 0xa0)
		return 0;
	if (text[0] == 0xe2 && text[1] == 0x80 && (text[2] | 1) == 0xa9)
		return 0;
	return length;
}

/* Copies with everything escaped that is not printable; may cut at the end. */
static size_t escape(char *line, size_t size, const char *text)
{
	const unsigned char *from = (const unsigned char *)text;
	size_t used = 0;

	while (*from != '\0' && used + 5 < size) {
		size_t length = sequence(from);

		if (length > 0) {
			memcpy(line + used, from, length);
			used += length;
			from += length;
		} else if (*from >= 0x20 && *from < 0x7f && *from != '\\') {
			line[used++] = (char)*from++;
		} else {
			used += (size_t)snprintf(line + used, size - used,
			    "\\x%02x", (unsigned)*from++);
		}
	}
	line[used] = '\0';
	return used;
}

static void write_line(int priority, const char *text)
{
	char line[LINE_SIZE + 128], stamp[32] = "";
	struct timespec now = { 0 };
	struct tm parts = { 0 };
	size_t used = 0;

	if (!state.to_syslog) {
		clock_gettime(CLOCK_REALTIME, &now);
		gmtime_r(&now.tv_sec, &parts);
		strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &parts);
		used = (size_t)snprintf(line, sizeof line,
		    "%s.%03ldZ %s[%ld]: ", stamp, now.tv_nsec / 1000000,
		    state.program, (long)getpid());
	}
	if (state.request[0] != '\0') {
		used += escape(line + used, sizeof line - used, state.request);
		line[used++] = ' ';
	}
	used += escape(line + used, sizeof line - used - 1, text);
	if (state.to_syslog) {
		syslog(priority, "%s", line);
		return;
	}
	line[used++] = '\n';
	/* One write, so that lines of several processes do not mix. */
	while (write(STDERR_FILENO, line, used) < 0 && errno == EINTR)
		;
}

__attribute__((format(printf, 2, 0))) static void log_va(
    int priority, const char *format, va_list arguments)
{
	char text[LINE_SIZE];

	vsnprintf(text, sizeof text, format, arguments);
	write_line(priority, text);
}

void log_info(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_va(LOG_INFO, format, arguments);
	va_end(arguments);
}

void log_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_va(LOG_ERR, format, arguments);
	va_end(arguments);
}

_Noreturn void log_fatal(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_va(LOG_CRIT, format, arguments);
	va_end(arguments);
	exit(1);
}
