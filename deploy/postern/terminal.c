/* terminal.c - talking with the operator: messages, passwords, questions. */
#include "terminal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "identity.h"
#include "password.h"
#include "secret.h"

#define LINE_SIZE (PASSWORD_SIZE_MAX + 2)
#define INTERRUPT '\003'

enum line { LINE_READ, LINE_TOO_LONG, LINE_WITH_NUL, LINE_INTERRUPTED };

void terminal_problem(const char *format, ...)
{
	va_list arguments;

	fflush(stdout);
	fputs("postern: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

/* Control characters of ASCII, and of Latin-1 in UTF-8 (U+0080 to U+009F). */
static bool is_control(const unsigned char *at)
{
	return at[0] < 0x20 || at[0] == 0x7f || (at[0] == 0xc2 && at[1] < 0xa0);
}

const char *terminal_printable(struct arena *arena, const char *text)
{
	bool utf8 = identity_is_utf8(text);
	char *shown = arena_alloc(arena, 4 * strlen(text) + 1);
	char *to = shown;

	for (const char *from = text; *from != '\0'; from++) {
		const unsigned char *at = (const unsigned char *)from;

		if (is_control(at) || (!utf8 && *at >= 0x80)) {
			snprintf(to, 5, "\\x%02x", (unsigned)*at);
			to += 4;
			if (utf8 && *at == 0xc2) {
				snprintf(to, 5, "\\x%02x", (unsigned)at[1]);
				to += 4;
				from++;
			}
		} else {
			*to++ = *from;
		}
	}
	return shown;
}

/*
 * Reads a line without stdio, whose buffer would keep a copy. The rest of a
 * line that is too long is read too: it must not answer the next question.
 */
static enum line read_line(char line[LINE_SIZE], char interrupt)
{
	enum line result = LINE_READ;
	size_t used = 0;
	char byte = '\0';

	for (;;) {
		ssize_t got = read(STDIN_FILENO, &byte, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || byte == '\n')
			break;
		if (byte == '\0')
			result = LINE_WITH_NUL;
		else if (byte == interrupt)
			return LINE_INTERRUPTED;
		if (used + 1 < LINE_SIZE)
			line[used++] = byte;
	}
	line[used] = '\0';
	if (used > PASSWORD_SIZE_MAX)
		return LINE_TOO_LONG;
	return result;
}

/*
 * Signals of the keyboard are off while there is no echo, so that no way out
 * leaves the terminal without one: the interrupt is a character that ends the
 * line.
 */
static enum line read_unseen(const char *prompt, char line[LINE_SIZE])
{
	struct termios before, unseen;
	enum line result = LINE_INTERRUPTED;

	if (tcgetattr(STDIN_FILENO, &before) != 0)
		return LINE_INTERRUPTED;
	unseen = before;
	unseen.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	unseen.c_cc[VEOL] = before.c_cc[VINTR];
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen) != 0)
		return LINE_INTERRUPTED;
	fputs(prompt, stderr);
	result = read_line(line, (char)before.c_cc[VINTR]);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	fputc('\n', stderr);
	return result;
}

/* Returns what is wrong with a line as a password, or NULL. */
static const char *fault_of(enum line result, const char *line)
{
	if (result == LINE_INTERRUPTED)
		return "interrupted";
	if (result == LINE_WITH_NUL)
		return "the password has a NUL in it";
	if (result == LINE_TOO_LONG)
		return "the password is longer than 1024 bytes";
	if (line[0] == '\0')
		return "the password is empty";
	if (!identity_is_utf8(line))
		return "the password is not UTF-8: nobody could log in with it";
	return NULL;
}

const char *terminal_password(struct arena *arena, const char *prompt)
{
	char *line = arena_alloc(arena, LINE_SIZE);
	char *again = arena_alloc(arena, LINE_SIZE);
	bool asks = isatty(STDIN_FILENO);
	enum line result =
	    asks ? read_unseen(prompt, line) : read_line(line, '\0');
	const char *fault = fault_of(result, line);

	if (fault == NULL && asks &&
	    (read_unseen("Once more: ", again) != LINE_READ ||
		strcmp(line, again) != 0))
		fault = "the two passwords differ";
	if (fault == NULL)
		return line;
	terminal_problem("%s", fault);
	secret_wipe(line, LINE_SIZE);
	return NULL;
}

bool terminal_confirm(const char *question)
{
	char answer[LINE_SIZE];

	if (!isatty(STDIN_FILENO))
		return true;
	fprintf(stderr, "%s (yes or no) ", question);
	return read_line(answer, '\0') == LINE_READ &&
	    strcmp(answer, "yes") == 0;
}
