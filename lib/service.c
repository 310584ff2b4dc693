/* service.c - the skeleton of every endpoint. */
#include "service.h"

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "body.h"
#include "clock.h"
#include "gateway.h"
#include "introduce.h"
#include "log.h"
#include "respond.h"
#include "route.h"
#include "sandbox.h"
#include "secret.h"

#define AGENT_SIZE 200
#define TYPE_SIZE 200
/* Until a configuration has been read. */
#define TIME_LIMIT 10

/* Text of a client for records and answers: printable ASCII, cut. */
static const char *printable(
    struct arena *arena, const char *text, size_t limit)
{
	char *copy = arena_copy(arena, text, strnlen(text, limit));

	for (char *c = copy; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return copy;
}

/* The fields of the request from its query. */
static enum outcome read_query(
    struct request *request, const struct gateway *gateway)
{
	char *text = arena_string(
	    request->arena, gateway_parameter(gateway, "QUERY_STRING"));

	return body_read(request, BODY_FORM, text, strlen(text));
}

/* The fields of the request from its body. */
static enum outcome read_body(struct request *request, struct gateway *gateway)
{
	const char *type = request->media_type;
	const char *length = gateway_parameter(gateway, "CONTENT_LENGTH");
	enum body_kind kind = body_kind(type);
	enum outcome outcome = OK;
	char *text = NULL;
	size_t size = 0;

	/* A type is asked for where there is something that has one. */
	request->argument = type;
	if (kind == BODY_UNKNOWN && length[strspn(length, "0")] != '\0')
		return MEDIA_TYPE_UNSUPPORTED;
	outcome = gateway_body(gateway, request->arena,
	    (size_t)request->config->body_limit, &text, &size);
	if (outcome != OK)
		return outcome;
	if (kind == BODY_UNKNOWN && size > 0)
		return MEDIA_TYPE_UNSUPPORTED;
	return body_read(request, kind, text, size);
}

/* HTTP_X_NAME, of X-Name or of itself (RFC 3875 section 4.1.18). */
static const char *header_parameter(struct arena *arena, const char *name)
{
	char *parameter = NULL;

	if (strncmp(name, "HTTP_", 5) == 0)
		return name;
	parameter = arena_printf(arena, "HTTP_%s", name);
	for (char *c = parameter; *c != '\0'; c++)
		*c = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
	return parameter;
}

/* The header in which a token comes. */
static const char *authorization_of(
    const struct request *request, const struct gateway *gateway)
{
	const char *name =
	    header_parameter(request->arena, request->config->auth_header_name);
	const char *header = gateway_parameter(gateway, name);

	/* Where Apache has rewritten the path. A client cannot set it: what it
	 * sends becomes HTTP_*. */
	return *header != '\0'
	    ? header
	    : gateway_parameter(
		  gateway, arena_printf(request->arena, "REDIRECT_%s", name));
}

/* Looks at the header when a route of this path asks for it. */
static enum outcome authenticate(struct request *request,
    const struct gateway *gateway, authenticator *check)
{
	return check != NULL
	    ? check(request, authorization_of(request, gateway))
	    : OK;
}

static void describe(struct request *request, const struct gateway *gateway)
{
	request->now = clock_seconds();
	request->agent = printable(request->arena,
	    gateway_parameter(gateway, "HTTP_USER_AGENT"), AGENT_SIZE);
	request->media_type = printable(request->arena,
	    gateway_parameter(gateway, "CONTENT_TYPE"), TYPE_SIZE);
	request->cookies = arena_string(
	    request->arena, gateway_parameter(gateway, "HTTP_COOKIE"));
	request->peer =
	    peer_of(request->arena, gateway_parameter(gateway, "REMOTE_ADDR"),
		gateway_parameter(gateway, "HTTP_X_FORWARDED_FOR"),
		request->config->trusted_proxies);
	request->deadline = gateway_deadline(gateway);
	db_deadline(request->db, request->deadline);
}

bool request_reload(struct request *request)
{
	bool is_ready = app_refresh(request->app, request->config_path, true);

	if (is_ready)
		db_deadline(request->app->db, request->deadline);

	request->config = request->app->config;
	request->db = request->app->db;
	return is_ready;
}

/*
 * Where letters are delivered by what a program starts, it starts programs, and
 * sendmail may need the rights of a group of its own. Who cannot any more, for
 * the configuration was another one, ends after this request: the web server
 * starts it anew. The next letter takes the one of this request along.
 */
static void confine(const struct config *config)
{
	if (config->mail_delivery != DELIVERY_SPAWN)
		sandbox_lock();
	else if (sandbox_is_locked())
		raise(SIGTERM);
}

static enum outcome decide(
    gatekeeper *gate, struct request *request, const struct gateway *gateway)
{
	if (request->config == NULL)
		return UNAVAILABLE;
	confine(request->config);
	describe(request, gateway);
	return gate(request, gateway, authorization_of(request, gateway));
}

/* The way of a request, cheap checks before dear ones. */
static enum outcome handle(const struct service *service,
    struct request *request, struct gateway *gateway)
{
	const struct route *route = NULL;
	const char *path = route_path(request->arena,
	    gateway_parameter(gateway, "REQUEST_URI"),
	    gateway_parameter(gateway, "SCRIPT_NAME"),
	    gateway_parameter(gateway, "PATH_INFO"));
	enum outcome outcome = OK;

	request->allow = route_methods(request->arena, service->routes, path);
	if (request->allow == NULL)
		return NOT_FOUND;
	if (!route_accepts_json(gateway_parameter(gateway, "HTTP_ACCEPT")))
		return NOT_ACCEPTABLE;
	if (request->config == NULL)
		return UNAVAILABLE;
	confine(request->config);
	if (strcmp(request->method, "OPTIONS") == 0)
		return OPTIONS_ANSWERED;
	describe(request, gateway);
	outcome = authenticate(request, gateway,
	    route_authenticator(request->arena, service->routes, path));
	if (outcome != OK)
		return outcome;
	route =
	    route_find(request->arena, service->routes, path, request->method);
	if (route == NULL) {
		request->argument = request->method;
		return METHOD_NOT_ALLOWED;
	}
	route_fits(request->arena, route->path, path, &request->id);
	if (route->fields != NULL) {
		request->fields = route->fields;
		outcome = strcmp(route->method, "GET") == 0
		    ? read_query(request, gateway)
		    : read_body(request, gateway);
	}
	if (outcome == OK)
		outcome = route->handle(request);
	return outcome == FIELDS_INVALID && request->is_unjudged ? UNAVAILABLE
								 : outcome;
}

static void serve(const struct service *service, gatekeeper *gate,
    struct app *app, struct arena *arena, struct gateway *gateway)
{
	struct request request = {
		.arena = arena, .app = app, .headers = "", .cookies = ""
	};
	enum outcome outcome = OK;

	request.config_path =
	    config_path(gateway_parameter(gateway, "POSTERN_CONFIG"));
	app_refresh(app, request.config_path, false);
	request.config = app->config;
	request.db = app->db;
	request.method =
	    arena_string(arena, gateway_parameter(gateway, "REQUEST_METHOD"));
	request.origin =
	    arena_string(arena, gateway_parameter(gateway, "HTTP_ORIGIN"));
	outcome = gate != NULL ? decide(gate, &request, gateway)
			       : handle(service, &request, gateway);
	respond(&request, outcome, gateway);
	if (request.after != NULL)
		request.after(&request);
}

int service_main(const struct service *service, int argc, char **argv)
{
	return service_main_gate(service, NULL, argc, argv);
}

int service_main_gate(
    const struct service *service, gatekeeper *gate, int argc, char **argv)
{
	struct app app = { 0 };
	struct arena *arena = NULL;
	struct gateway *gateway = NULL;
	unsigned long count = 0;
	char id[24] = "";

	(void)argv;
	log_open(service->name);
	sandbox_enter();
	secret_init();
	gateway = gateway_open();
	if (argc > 1 || gateway_is_terminal(gateway)) {
		gateway_close(gateway);
		return introduce_service(service);
	}
	arena = arena_open();
	app_open(&app, service->name, service->keys);
	/* The time limit is known before the first request where the path of
	 * the configuration is. */
	if (access(config_path(NULL), F_OK) == 0)
		app_refresh(&app, config_path(NULL), false);
	while (gateway_accept(gateway,
	    app.config != NULL ? app.config->time_limit : TIME_LIMIT)) {
		snprintf(id, sizeof id, "#%lu", ++count);
		log_request(id);
		serve(service, gate, &app, arena, gateway);
		arena_reset(arena);
		log_request("");
	}
	app_close(&app);
	arena_close(arena);
	gateway_close(gateway);
	return 0;
}
