/* service.h - the skeleton of every endpoint. */
#pragma once
#include "request.h"

/*
 * Serves requests as FastCGI responder until SIGTERM, or the one request of
 * plain CGI; from a terminal it says what it is.
 * Returns the exit status: 0 after a graceful stop.
 */
int service_main(const struct service *service, int argc, char **argv);

/*
 * The same for a program without routes: `gate` decides on every request,
 * FastCGI authorizer or not.
 */
int service_main_gate(
    const struct service *service, gatekeeper *gate, int argc, char **argv);
