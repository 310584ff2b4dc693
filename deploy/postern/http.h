/* http.h - a POST by HTTP or HTTPS (RFC 9110). Wraps curl, as smtp does. */
#pragma once
#include "arena.h"

#define HTTP_SECONDS 10 /* a request takes no longer */

/* What is sent. */
struct http_message {
	const char *url;            /* http:// or https:// */
	const char *const *headers; /* "Name: value"; the last is NULL */
	const char *body;
};

/*
 * Sends the message. Certificates are verified, redirects are not followed;
 * nothing in the environment (proxies, files of logins) changes where it goes
 * or what it says. Of the answer some KiB are read and not kept.
 * Returns the status; 0 when no whole answer came, and sets *problem (in the
 * arena; printable, without the address).
 */
int http_post(struct arena *arena, const struct http_message *message,
    const char **problem);
