/*
 * gateway.h - parameters, body bytes and answer bytes of a request, over
 * FastCGI or CGI. Wraps libfcgi.
 *
 * A peer that is silent, stalls or leaves never holds the process longer than
 * the time limit; reading ends a second before it. One request a connection, whatever the web server asks for.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arena.h"
#include "outcome.h"

struct gateway;

/*
 * Decides between FastCGI (standard input is a listening socket) and CGI, and
 * takes over the signals: SIGTERM, SIGINT, SIGHUP and SIGUSR1 end the process
 * after the request in hand, SIGALRM is its clock.
 */
struct gateway *gateway_open(void);
void gateway_close(struct gateway *gateway);

/* Returns true when neither a web server nor a test has started the process. */
bool gateway_is_terminal(const struct gateway *gateway);

/*
 * Waits for the next request whose parameters are whole. The time limit, in
 * seconds, counts from its first byte on.
 * Returns false when the process is to end.
 */
bool gateway_accept(struct gateway *gateway, int64_t time_limit);

/*
 * The moment (clock_milliseconds) at which the request's time is over. What can
 * be answered then still is: the peer is let go half a second later.
 */
int64_t gateway_deadline(const struct gateway *gateway);

/*
 * A parameter (RFC 3875 section 4.1); "" when it is absent, and for a header
 * (HTTP_*) that came more than once.
 */
const char *gateway_parameter(const struct gateway *gateway, const char *name);

/*
 * Returns true in the role of an authorizer (FastCGI specification 1.0, section
 * 6.3): the web server asks whether it may go on.
 */
bool gateway_is_authorizer(const struct gateway *gateway);

/*
 * Reads the whole body, with CONTENT_LENGTH or to its end.
 * Returns OK and sets *body (in the arena, a NUL behind it) and *size;
 * BODY_TOO_LARGE beyond `limit` bytes; REQUEST_MALFORMED when it is shorter or
 * longer than announced; REQUEST_TIMED_OUT.
 */
enum outcome gateway_body(struct gateway *gateway, struct arena *arena,
    size_t limit, char **body, size_t *size);

/* Writes header and body of the answer at once and ends the request. */
void gateway_answer(struct gateway *gateway, const char *head, size_t head_size,
    const char *body, size_t body_size);
