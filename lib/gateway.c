/* gateway.c - parameters, body bytes and answer bytes of a request. */
#include "gateway.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "clock.h"
#include "log.h"
#include "secret.h"

#define LISTENER 0
#define NOBODY (-1)
#define TICKS 4 /* a second */
/* The peer is let go after the request's time, for the answer is written when
 * that is over; reading ends one second before it, for the database. */
#define ANSWER 2
#define RESERVE (ANSWER + TICKS)

struct gateway {
	bool is_cgi;
	bool was_served;  /* the one request of CGI */
	size_t taken;     /* of CGI's input */
	sigset_t waiting; /* the signal mask while waiting */
	int64_t deadline;
	FCGX_Request request;
};

/*
 * What the signal handlers see. A blocking read inside libfcgi can only be
 * ended from outside: the handler of the clock shuts the connection down, and
 * the read finds its end.
 */
static volatile sig_atomic_t is_stopping;
static volatile sig_atomic_t watched = NOBODY; /* the peer's descriptor */
static volatile sig_atomic_t ticks_left;
static volatile sig_atomic_t is_ticking;
static timer_t ticker;

static void tick_every(long nanoseconds)
{
	struct itimerspec every = { { 0, nanoseconds }, { 0, nanoseconds } };

	timer_settime(ticker, 0, &every, NULL);
}

static void on_stop(int number)
{
	(void)number;
	is_stopping = 1;
}

static void on_tick(int number)
{
	int saved = errno;

	(void)number;
	if (watched == NOBODY) {
		is_ticking = 0;
		tick_every(0);
	} else if (--ticks_left <= 0) {
		shutdown(watched, SHUT_RDWR);
	} else if (ticks_left == RESERVE) {
		shutdown(watched, SHUT_RD);
	}
	errno = saved;
}

/*
 * Starts the time of a request. The clock goes on ticking from one request to
 * the next, so that a busy process sets it once.
 */
static void watch(int descriptor, int64_t time_limit)
{
	/* the first tick may come at once: one more keeps the limit whole */
	ticks_left = (sig_atomic_t)time_limit * TICKS + ANSWER + 1;
	watched = descriptor;
	if (!is_ticking) {
		is_ticking = 1;
		tick_every(1000000000 / TICKS);
	}
}

static void take_signals(struct gateway *gateway)
{
	static const int stopping[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1 };
	struct sigaction stop = { .sa_handler = on_stop };
	struct sigaction tick = { .sa_handler = on_tick,
		.sa_flags = SA_RESTART };
	sigset_t blocked;

	sigemptyset(&blocked);
	for (size_t i = 0; i < sizeof stopping / sizeof stopping[0]; i++) {
		sigaddset(&blocked, stopping[i]);
		sigaction(stopping[i], &stop, NULL);
	}
	sigaction(SIGALRM, &tick, NULL);
	/* They are let in while waiting only: a request is always finished. */
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	sigprocmask(SIG_SETMASK, NULL, &gateway->waiting);
	for (size_t i = 0; i < sizeof stopping / sizeof stopping[0]; i++)
		sigdelset(&gateway->waiting, stopping[i]);
	sigdelset(&gateway->waiting, SIGALRM);
	/* Whoever started the process may have blocked its clock. */
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &blocked, NULL);
}

struct gateway *gateway_open(void)
{
	struct gateway *gateway = calloc(1, sizeof *gateway);
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = SIGALRM };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction usual = { .sa_handler = SIG_DFL };

	if (gateway == NULL)
		log_fatal("memory: there is none left");
	/* Do not linger 2 s over each connection that the peer keeps open.
	 * libfcgi reads it at its first call. */
	setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "50", 1);
	gateway->is_cgi = FCGX_IsCGI() != 0;
	sigaction(SIGPIPE, &ignore, NULL);
	if (gateway->is_cgi) {
		/* libfcgi has taken them: one request needs no ceremony */
		sigaction(SIGTERM, &usual, NULL);
		sigaction(SIGUSR1, &usual, NULL);
		return gateway;
	}
	take_signals(gateway);
	if (timer_create(CLOCK_MONOTONIC, &event, &ticker) != 0)
		log_fatal("timer: %s", strerror(errno));
	/* Connections are accepted here; libfcgi gets no socket to listen on. */
	if (FCGX_Init() != 0 ||
	    FCGX_InitRequest(&gateway->request, -1, FCGI_FAIL_ACCEPT_ON_INTR) !=
		0)
		log_fatal("libfcgi: it cannot be initialised");
	fcntl(LISTENER, F_SETFL, fcntl(LISTENER, F_GETFL) | O_NONBLOCK);
	return gateway;
}

void gateway_close(struct gateway *gateway)
{
	if (!gateway->is_cgi)
		timer_delete(ticker);
	free(gateway);
}

bool gateway_is_terminal(const struct gateway *gateway)
{
	return gateway->is_cgi && getenv("REQUEST_METHOD") == NULL;
}

/* Waits for a connection. Returns its descriptor, -1 when there is none. */
static int next_connection(const struct gateway *gateway)
{
	struct pollfd poller = { LISTENER, POLLIN, 0 };

	if (ppoll(&poller, 1, NULL, &gateway->waiting) <= 0)
		return -1;
	/* Another process of the pool may have been faster. */
	return accept4(LISTENER, NULL, NULL, SOCK_CLOEXEC);
}

static void finish(struct gateway *gateway)
{
	FCGX_Finish_r(&gateway->request);
	watched = NOBODY;
}

/* Reads the parameters. Returns false when the peer was lost meanwhile. */
static bool take_over(struct gateway *gateway, int connection)
{
	FCGX_Request *request = &gateway->request;

	request->ipcFd = connection;
	request->in = NULL;
	/* FCGX_Accept_r ends the previous request first: it closes nothing. */
	request->keepConnection = 1;
	if (FCGX_Accept_r(request) < 0) {
		request->keepConnection = 0;
		watched = NOBODY;
		return false;
	}
	request->keepConnection = 0;
	if (FCGX_GetError(request->in) != 0) {
		finish(gateway);
		return false;
	}
	return true;
}

bool gateway_accept(struct gateway *gateway, int64_t time_limit)
{
	if (gateway->is_cgi) {
		gateway->deadline = clock_milliseconds() + time_limit * 1000;
		time_limit = gateway->was_served;
		gateway->was_served = true;
		return time_limit == 0;
	}
	while (!is_stopping) {
		int connection = next_connection(gateway);

		if (connection < 0)
			continue;
		gateway->deadline = clock_milliseconds() + time_limit * 1000;
		watch(connection, time_limit);
		if (take_over(gateway, connection))
			return true;
	}
	return false;
}

int64_t gateway_deadline(const struct gateway *gateway)
{
	return gateway->deadline;
}

/*
 * The value of a FastCGI parameter. A header that came more than once, perhaps
 * in two spellings that CGI cannot tell apart (X_Forwarded_For), is none: one
 * of them may be a proxy's and the other its client's.
 */
static const char *parameter_of(const FCGX_Request *request, const char *name)
{
	size_t length = strlen(name);
	bool is_header = strncmp(name, "HTTP_", 5) == 0;
	const char *value = NULL;

	for (char **entry = request->envp; *entry != NULL; entry++) {
		if (strncmp(*entry, name, length) != 0 ||
		    (*entry)[length] != '=')
			continue;
		if (!is_header)
			return *entry + length + 1;
		if (value != NULL)
			return NULL;
		value = *entry + length + 1;
	}
	return value;
}

const char *gateway_parameter(const struct gateway *gateway, const char *name)
{
	const char *value = gateway->is_cgi
	    ? getenv(name)
	    : parameter_of(&gateway->request, name);

	return value != NULL ? value : "";
}

/* libfcgi puts the role before all that the web server says. */
bool gateway_is_authorizer(const struct gateway *gateway)
{
	return strcmp(gateway_parameter(gateway, "FCGI_ROLE"), "AUTHORIZER") ==
	    0;
}

/* Reads up to `size` bytes of CGI's standard input before the deadline. */
static size_t read_input(struct gateway *gateway, char *buffer, size_t size)
{
	size_t used = 0;

	while (used < size) {
		struct pollfd poller = { STDIN_FILENO, POLLIN, 0 };
		int64_t left = gateway->deadline - clock_milliseconds();
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
	gateway->taken += used;
	return used;
}

static bool is_late(const struct gateway *gateway)
{
	return gateway->is_cgi ? clock_milliseconds() >= gateway->deadline
			       : ticks_left <= RESERVE;
}

/* Parses CONTENT_LENGTH: digits only. Returns false for anything else. */
static bool read_length(const char *text, size_t *length)
{
	*length = 0;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9' || *length > SIZE_MAX / 10 - 1)
			return false;
		*length = *length * 10 + (size_t)(*text - '0');
	}
	return true;
}

enum outcome gateway_body(struct gateway *gateway, struct arena *arena,
    size_t limit, char **body, size_t *size)
{
	const char *announced = gateway_parameter(gateway, "CONTENT_LENGTH");
	bool is_announced = *announced != '\0';
	size_t length = 0;

	if (!read_length(announced, &length))
		return REQUEST_MALFORMED;
	if (length > limit)
		return BODY_TOO_LARGE;
	/* One byte more than may come tells a body that is too long. CGI's
	 * input may stay open behind the body (RFC 3875 section 4.2). */
	if (!is_announced)
		length = limit;
	*body = arena_alloc(arena, length + 2);
	if (gateway->is_cgi)
		*size = read_input(gateway, *body, length + !is_announced);
	else
		*size = (size_t)FCGX_GetStr(
		    *body, (int)length + 1, gateway->request.in);
	if (*size > length)
		return is_announced ? REQUEST_MALFORMED : BODY_TOO_LARGE;
	if ((is_announced && *size < length) ||
	    (!gateway->is_cgi && FCGX_GetError(gateway->request.in) != 0))
		return is_late(gateway) ? REQUEST_TIMED_OUT : REQUEST_MALFORMED;
	return OK;
}

/* Who has the answer may leave, and the web server end the process: first it
 * does what it has promised. */
static void hold_signals(void)
{
	sigset_t held;

	sigemptyset(&held);
	sigaddset(&held, SIGTERM);
	sigaddset(&held, SIGUSR1);
	sigprocmask(SIG_BLOCK, &held, NULL);
}

static void write_output(
    const struct gateway *gateway, const char *bytes, size_t size)
{
	while (size > 0) {
		struct pollfd poller = { STDOUT_FILENO, POLLOUT, 0 };
		int64_t left = gateway->deadline - clock_milliseconds();
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

/* Takes what is left of CGI's body; the input may stay open behind it. */
static void drain_input(struct gateway *gateway)
{
	bool is_chunked =
	    *gateway_parameter(gateway, "HTTP_TRANSFER_ENCODING") != '\0';
	char bytes[4096];
	size_t length = 0, left = 0, wanted = 0;

	if (!read_length(gateway_parameter(gateway, "CONTENT_LENGTH"), &length))
		return;
	do {
		left = length > gateway->taken ? length - gateway->taken : 0;
		wanted =
		    is_chunked || left > sizeof bytes ? sizeof bytes : left;
	} while (wanted > 0 && read_input(gateway, bytes, wanted) == wanted);
	secret_wipe(bytes, sizeof bytes);
}

/*
 * Takes what is left of the body. A connection that is closed over bytes that
 * nobody has read is reset, and the answer may be lost with it.
 */
static void drain(struct gateway *gateway)
{
	char bytes[4096];

	if (gateway->is_cgi) {
		drain_input(gateway);
		return;
	}
	while (FCGX_GetStr(bytes, sizeof bytes, gateway->request.in) ==
	    (int)sizeof bytes)
		;
	secret_wipe(bytes, sizeof bytes);
}

void gateway_answer(struct gateway *gateway, const char *head, size_t head_size,
    const char *body, size_t body_size)
{
	/* An authorizer is sent no body, and by some not even its end. */
	if (!gateway_is_authorizer(gateway))
		drain(gateway);
	if (gateway->is_cgi) {
		hold_signals();
		write_output(gateway, head, head_size);
		write_output(gateway, body, body_size);
		return;
	}
	FCGX_PutStr(head, (int)head_size, gateway->request.out);
	FCGX_PutStr(body, (int)body_size, gateway->request.out);
	finish(gateway);
}
