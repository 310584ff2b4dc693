/* gateway_cgi.c - input and output of CGI's one request. */
#include "gateway_cgi.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "clock.h"
#include "secret.h"

void gateway_cgi_open(void)
{
	struct sigaction usual = { .sa_handler = SIG_DFL };

	sigaction(SIGTERM, &usual, NULL);
	sigaction(SIGUSR1, &usual, NULL);
}

size_t gateway_cgi_read(int64_t deadline, char *buffer, size_t size)
{
	size_t used = 0;

	while (used < size) {
		struct pollfd poller = { STDIN_FILENO, POLLIN, 0 };
		int64_t left = deadline - clock_milliseconds();
		ssize_t got = 0;

		if (left <= 0)
			break;
		if (poll(&poller, 1, (int)left) <= 0)
			continue;
		got = read(STDIN_FILENO, buffer + used, size - used);
		if (got <= 0)
			break;
		used += (size_t)got;
	}
	return used;
}

void gateway_cgi_drain(int64_t deadline, size_t left, bool is_chunked)
{
	char bytes[4096];
	size_t wanted = 0, got = 0;

	do {
		wanted =
		    is_chunked || left > sizeof bytes ? sizeof bytes : left;
		got = gateway_cgi_read(deadline, bytes, wanted);
		left -= is_chunked ? 0 : got;
	} while (wanted > 0 && got == wanted);
	secret_wipe(bytes, sizeof bytes);
}

static void write_output(int64_t deadline, const char *bytes, size_t size)
{
	while (size > 0) {
		struct pollfd poller = { STDOUT_FILENO, POLLOUT, 0 };
		int64_t left = deadline - clock_milliseconds();
		ssize_t written = -1;

		if (poll(&poller, 1, left > 0 ? (int)left : 0) == 0)
			return;
		written = write(STDOUT_FILENO, bytes, size);
		if (written < 0 && errno != EINTR)
			return;
		if (written > 0) {
			bytes += written;
			size -= (size_t)written;
		}
	}
}

void gateway_cgi_answer(int64_t deadline, const char *head, size_t head_size,
    const char *body, size_t body_size)
{
	sigset_t held;

	/* Who has the answer may leave, and the web server end the process:
	 * first it does what it has promised. */
	sigemptyset(&held);
	sigaddset(&held, SIGTERM);
	sigaddset(&held, SIGUSR1);
	sigprocmask(SIG_BLOCK, &held, NULL);
	write_output(deadline, head, head_size);
	write_output(deadline, body, body_size);
}
