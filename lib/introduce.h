/* introduce.h - a program says to whoever starts it by hand what it answers. */
#pragma once
#include "request.h"

/*
 * Writes to stdout a line for each route: method, path, "(bearer)" where there
 * must be a token, and the fields as name(max) with a mark for each of their
 * flags, which the last line explains. Routes alone are indented; tests read them.
 * Returns the status to exit with.
 */
int introduce_service(const struct service *service);
