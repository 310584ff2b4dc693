/* route.c - which of a program's routes a request means. */
#include "route.h"

#include <string.h>
#include <strings.h>

const char *route_path(struct arena *arena, const char *request_uri,
    const char *script_name, const char *path_info)
{
	size_t length = 0;

	if (*request_uri == '\0')
		request_uri =
		    arena_printf(arena, "%s%s", script_name, path_info);
	length = strcspn(request_uri, "?");
	return arena_printf(arena, "%.*s%s", (int)length, request_uri,
	    length > 0 && request_uri[length - 1] == '/' ? "" : "/");
}

bool route_fits(
    struct arena *arena, const char *pattern, const char *path, const char **id)
{
	static const char any[] = "{id}/";
	const char *place = strstr(pattern, any);
	size_t before = place != NULL ? (size_t)(place - pattern) : 0;
	size_t length = 0;

	*id = "";
	if (place == NULL)
		return strcmp(pattern, path) == 0;
	if (strncmp(pattern, path, before) != 0)
		return false;
	length = strcspn(path + before, "/");
	if (length == 0 || strcmp(path + before + length, "/") != 0)
		return false;
	*id = arena_copy(arena, path + before, length);
	return true;
}

const char *route_methods(
    struct arena *arena, const struct route *routes, const char *path)
{
	const char *methods = "", *id = NULL;
	bool is_known = false;

	for (; routes->method != NULL; routes++) {
		if (!route_fits(arena, routes->path, path, &id))
			continue;
		is_known = true;
		methods =
		    arena_printf(arena, "%s%s, %s", methods, routes->method,
			strcmp(routes->method, "GET") == 0 ? "HEAD, " : "");
	}
	return is_known ? arena_printf(arena, "%sOPTIONS", methods) : NULL;
}

const struct route *route_find(struct arena *arena, const struct route *routes,
    const char *path, const char *method)
{
	const char *id = NULL;

	if (strcmp(method, "HEAD") == 0)
		method = "GET";
	for (; routes->method != NULL; routes++)
		if (strcmp(routes->method, method) == 0 &&
		    route_fits(arena, routes->path, path, &id))
			return routes;
	return NULL;
}

authenticator *route_authenticator(
    struct arena *arena, const struct route *routes, const char *path)
{
	const char *id = NULL;

	for (; routes->method != NULL; routes++)
		if (routes->authenticate != NULL &&
		    route_fits(arena, routes->path, path, &id))
			return routes->authenticate;
	return NULL;
}

bool route_accepts_json(const char *accept)
{
	static const char *const ranges[] = { "*/*", "application/*",
		"application/json" };

	if (accept[strspn(accept, " \t,")] == '\0')
		return true;
	while (*accept != '\0') {
		size_t length = 0;

		accept += strspn(accept, " \t,");
		length = strcspn(accept, ";, \t");
		for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
			if (strlen(ranges[i]) == length &&
			    strncasecmp(ranges[i], accept, length) == 0)
				return true;
		accept += strcspn(accept, ",");
	}
	return false;
}
