/* route.h - which of a program's routes a request means. */
#pragma once
#include <stdbool.h>
#include "request.h"

/*
 * The path of a request, without query and with a slash at the end. It is
 * taken as it was sent: REQUEST_URI is the same behind every web server;
 * SCRIPT_NAME and PATH_INFO stand in where it is missing.
 */
const char *route_path(struct arena *arena, const char *request_uri,
    const char *script_name, const char *path_info);

/*
 * Whether a path is the one of a route. A last segment {id} of the route's
 * stands for any segment that is not empty; *id is set to it (in the arena), or
 * to "".
 */
bool route_fits(struct arena *arena, const char *pattern, const char *path,
    const char **id);

/*
 * The methods of a path as Allow lists them ("POST, OPTIONS"; HEAD goes with
 * GET), NULL when no route has the path.
 */
const char *route_methods(
    struct arena *arena, const struct route *routes, const char *path);

/* The route of path and method, NULL when there is none. HEAD means GET. */
const struct route *route_find(struct arena *arena, const struct route *routes,
    const char *path, const char *method);

/*
 * What must be passed before any route of the path, NULL when nothing: it is
 * asked before the method is looked at.
 */
authenticator *route_authenticator(
    struct arena *arena, const struct route *routes, const char *path);

/*
 * Returns true when an Accept header (RFC 9110 section 12.5.1) lets JSON
 * through. An empty one does. Weights are not looked at, as in the contract.
 */
bool route_accepts_json(const char *accept);
