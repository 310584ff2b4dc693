/* gateway.c - parameters, body bytes and answer bytes of a request. */
#include "gateway.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <fcgiapp.h>

#include "clock.h"
#include "gateway_cgi.h"
#include "gateway_clock.h"
#include "log.h"
#include "secret.h"

#define LISTENER 0

struct gateway {
	bool is_cgi;
	bool was_served;  /* the one request of CGI */
	size_t taken;     /* of CGI's input */
	sigset_t waiting; /* the signal mask while waiting */
	int64_t deadline;
	FCGX_Request request;
};

struct gateway *gateway_open(void)
{
	struct gateway *gateway = calloc(1, sizeof *gateway);
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	if (gateway == NULL)
		log_fatal("memory: there is none left");
	/* Do not linger 2 s over each connection that the peer keeps open.
	 * libfcgi reads it at its first call. */
	setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "50", 1);
	gateway->is_cgi = FCGX_IsCGI() != 0;
	sigaction(SIGPIPE, &ignore, NULL);
	if (gateway->is_cgi) {
		gateway_cgi_open();
		return gateway;
	}
	gateway_clock_open(&gateway->waiting);
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
		gateway_clock_close();
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
	gateway_clock_release();
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
		gateway_clock_release();
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
	while (!gateway_clock_is_stopping()) {
		int connection = next_connection(gateway);

		if (connection < 0)
			continue;
		gateway->deadline = clock_milliseconds() + time_limit * 1000;
		gateway_clock_watch(connection, time_limit);
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

static bool is_late(const struct gateway *gateway)
{
	return gateway->is_cgi ? clock_milliseconds() >= gateway->deadline
			       : gateway_clock_is_late();
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
		*size = gateway->taken = gateway_cgi_read(
		    gateway->deadline, *body, length + !is_announced);
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

/* Takes what is left of CGI's body. */
static void drain_cgi(const struct gateway *gateway)
{
	bool is_chunked =
	    *gateway_parameter(gateway, "HTTP_TRANSFER_ENCODING") != '\0';
	size_t length = 0;

	if (read_length(gateway_parameter(gateway, "CONTENT_LENGTH"), &length))
		gateway_cgi_drain(gateway->deadline,
		    length > gateway->taken ? length - gateway->taken : 0,
		    is_chunked);
}

/*
 * Takes what is left of the body. A connection that is closed over bytes that
 * nobody has read is reset, and the answer may be lost with it.
 */
static void drain(struct gateway *gateway)
{
	char bytes[4096];

	if (gateway->is_cgi) {
		drain_cgi(gateway);
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
		gateway_cgi_answer(
		    gateway->deadline, head, head_size, body, body_size);
		return;
	}
	FCGX_PutStr(head, (int)head_size, gateway->request.out);
	FCGX_PutStr(body, (int)body_size, gateway->request.out);
	finish(gateway);
}
