/* gate_sign_in.c - people without a token are sent to the sign-in page. */
#include "gate_sign_in.h"

#include <string.h>
#include <strings.h>

#include "gate_path.h"
#include "gateway.h"

static bool is_navigation(
    const struct request *request, const struct gateway *gateway)
{
	const char *mode = gateway_parameter(gateway, "HTTP_SEC_FETCH_MODE");

	return (strcmp(request->method, "GET") == 0 ||
		   strcmp(request->method, "HEAD") == 0) &&
	    strcasestr(gateway_parameter(gateway, "HTTP_ACCEPT"),
		"text/html") != NULL &&
	    (*mode == '\0' || strcmp(mode, "navigate") == 0);
}

/* Whether the path is that of the sign-in page: nobody goes in circles. */
static bool is_sign_in(struct request *request, const char *path)
{
	const char *url = request->config->gate_login_url;
	const char *authority = strstr(url, "://");
	const char *page = authority != NULL ? strchr(authority + 3, '/') : url;
	const char *own =
	    page != NULL ? gate_path(request->arena, page, true) : NULL;

	return own != NULL && strcmp(own, path) == 0;
}

/* `next` for this path; "" where there can be none. */
static const char *next_of(
    struct arena *arena, const char *uri, const char *path)
{
	const char *query = strchr(uri, '?');
	const char *next = gate_path_encode(arena, path);

	if (query != NULL)
		next = arena_printf(arena, "%s%s", next, query);
	next = gate_path_encode(arena, next);
	return strlen(next) <= SIGN_IN_NEXT_MAX ? next : "";
}

enum outcome gate_sign_in(struct request *request,
    const struct gateway *gateway, const char *authorization,
    enum outcome outcome)
{
	struct arena *arena = request->arena;
	const char *url = NULL, *next = NULL, *path = NULL;
	const char *uri = gateway_parameter(gateway, "REQUEST_URI");

	if (outcome_answer(outcome)->status != 401 || *authorization != '\0' ||
	    request->config == NULL ||
	    *request->config->gate_login_url == '\0' ||
	    !is_navigation(request, gateway))
		return outcome;
	path = gate_path(arena, uri, true);
	if (path == NULL || is_sign_in(request, path))
		return outcome;
	url = request->config->gate_login_url;
	next = next_of(arena, uri, path);
	if (*next != '\0')
		url = arena_printf(arena, "%s%snext=%s", url,
		    strchr(url, '?') != NULL ? "&" : "?", next);
	request->headers = arena_printf(arena, "%s: %s\r\n",
	    gateway_is_authorizer(gateway) ? "Location" : "X-Postern-Sign-In",
	    url);
	return gateway_is_authorizer(gateway) ? SIGN_IN_FIRST : outcome;
}
