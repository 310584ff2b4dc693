/* cookies.c - tokens in cookies. */
#include "cookies.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "body.h"

#define REFRESH "__Secure-refresh_token"
#define ACCESS "__Host-access_token"

/* Below these the refresh token is used, under both sets of paths. */
static const char *const refresh_paths[] = { "/api/token", "/auth/jwt" };

#define REFRESH_PATHS (sizeof refresh_paths / sizeof *refresh_paths)

/* RFC 6265 section 4.2.1. */
static const char *find(const struct request *request, const char *name)
{
	const char *text = request->cookies, *value = "";
	size_t length = strlen(name), found = 0;

	if (request->config->token_transport == TRANSPORT_BODY)
		return "";
	while (*text != '\0') {
		size_t size = strcspn(text, ";");

		if (size > length && text[length] == '=' &&
		    strncmp(text, name, length) == 0) {
			value = arena_copy(request->arena, text + length + 1,
			    size - length - 1);
			found++;
		}
		text += size;
		text += strspn(text, "; ");
	}
	return found == 1 ? value : "";
}

const char *cookies_refresh_token(const struct request *request)
{
	return find(request, REFRESH);
}

const char *cookies_access_token(const struct request *request)
{
	return request->config->access_cookie ? find(request, ACCESS) : "";
}

/* The scheme, host and port of an address. */
static size_t origin_length(const char *url)
{
	const char *authority = strstr(url, "://");

	return authority == NULL
	    ? 0
	    : (size_t)(authority - url) + 3 + strcspn(authority + 3, "/");
}

static bool is_our_origin(const struct request *request)
{
	const char *url = request->config->public_url;
	size_t length = origin_length(url);

	if (strlen(request->origin) == length &&
	    strncasecmp(request->origin, url, length) == 0)
		return true;
	for (config_list origin = request->config->cors_allowed_origins;
	     *origin != NULL; origin++)
		if (strcmp(*origin, request->origin) == 0)
			return true;
	return false;
}

enum outcome cookies_guard(struct request *request)
{
	bool has_origin = *request->origin != '\0';
	bool has_type = *request->media_type != '\0';

	if (request->config->token_transport == TRANSPORT_BODY)
		return OK;
	if (has_origin && !is_our_origin(request))
		return CROSS_SITE;
	if (has_type && body_kind(request->media_type) != BODY_JSON) {
		request->argument = request->media_type;
		return MEDIA_TYPE_UNSUPPORTED;
	}
	return has_origin || has_type ? OK : CROSS_SITE;
}

enum outcome cookies_guard_origin(struct request *request)
{
	return *request->origin != '\0' && is_our_origin(request) ? OK
								  : CROSS_SITE;
}

static void set(struct request *request, const char *name, const char *value,
    const char *path, int64_t seconds)
{
	static const char *const same_site[] = { "Lax", "Strict", "None" };

	request->headers = arena_printf(request->arena,
	    "%sSet-Cookie: %s=%s; Path=%s; Max-Age=%" PRId64
	    "; HttpOnly; Secure; SameSite=%s\r\n",
	    request->headers, name, value, path, seconds,
	    same_site[request->config->cookie_samesite]);
}

void cookies_give_refresh_token(
    struct request *request, const char *token, int64_t exp)
{
	for (size_t i = 0; i < REFRESH_PATHS; i++)
		set(request, REFRESH, token, refresh_paths[i],
		    exp - request->now);
}

void cookies_give_access_token(
    struct request *request, const char *token, int64_t exp)
{
	set(request, ACCESS, token, "/", exp - request->now);
}

void cookies_clear(struct request *request)
{
	if (request->config->token_transport == TRANSPORT_BODY)
		return;
	for (size_t i = 0; i < REFRESH_PATHS; i++)
		set(request, REFRESH, "", refresh_paths[i], 0);
	set(request, ACCESS, "", "/", 0);
}
