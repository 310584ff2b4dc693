/* respond.c - an outcome to the bytes of its answer. */
#include "respond.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* A database that is away is tried again after this many seconds. */
#define RETRY_AFTER "5"

/*
 * {"detail": ..., "code": ...} around what is wrong with a bearer token, once
 * for each kind of token that it could have been.
 */
static void wrap_token(const struct request *request, struct reply *reply,
    const char *text, const char *code)
{
	reply_string(
	    reply, "detail", "Given token not valid for any token type");
	reply_string(reply, "code", code);
	for (config_list type = request->config->auth_token_classes;
	     *type != NULL; type++) {
		struct reply *message = reply_append_object(reply, "messages");

		reply_string(message, "token_class",
		    strcmp(*type, "sliding") == 0 ? "SlidingToken"
						  : "AccessToken");
		reply_string(message, "token_type", *type);
		reply_string(message, "message", text);
	}
}

static const char *body_of(
    const struct request *request, const struct answer *answer)
{
	struct arena *arena = request->arena;
	struct reply *reply = NULL;
	const char *text = answer->text;

	if (answer->shape == SHAPE_NONE)
		return "";
	if (answer->shape == SHAPE_FAULTS)
		return reply_text(request->faults);
	if (answer->shape == SHAPE_REPLY)
		return request->reply != NULL ? reply_text(request->reply)
					      : "{}";
	reply = reply_open(arena);
	if (strstr(text, "%s") != NULL) {
		size_t before = (size_t)(strstr(text, "%s") - text);

		text = arena_printf(arena, "%.*s%s%s", (int)before, text,
		    request->argument, text + before + 2);
	}
	if (answer->shape == SHAPE_FIELD) {
		reply_append(reply, answer->code, text);
	} else if (answer->shape == SHAPE_TOKEN && request->bearer_refused) {
		wrap_token(request, reply, text, answer->code);
	} else {
		reply_string(reply, "detail", text);
		if (answer->code != NULL)
			reply_string(reply, "code", answer->code);
	}
	return reply_text(reply);
}

static bool is_allowed_origin(const struct request *request)
{
	config_list origins = request->config->cors_allowed_origins;

	for (; *origins != NULL; origins++)
		if (strcmp(*origins, request->origin) == 0)
			return true;
	return false;
}

/* Where tokens travel in cookies, pages of other origins may send them. */
static const char *credentials_of(const struct request *request)
{
	return request->config->token_transport == TRANSPORT_BODY
	    ? ""
	    : "Access-Control-Allow-Credentials: true\r\n";
}

/* The header of the token as it goes over the wire: Authorization. */
static const char *header_name(const struct request *request)
{
	const char *setting = request->config->auth_header_name;
	char *name = arena_string(request->arena,
	    strncmp(setting, "HTTP_", 5) == 0 ? setting + 5 : setting);
	bool is_first = true;

	for (char *c = name; *c != '\0'; c++) {
		*c = *c == '_' ? '-' : *c;
		*c = (char)(is_first ? toupper((unsigned char)*c)
				     : tolower((unsigned char)*c));
		is_first = *c == '-';
	}
	return name;
}

/* RFC 6750 section 3; the scheme is the first that is taken. */
static const char *challenge_of(const struct request *request)
{
	return arena_printf(request->arena,
	    "WWW-Authenticate: %s realm=\"api\"%s\r\n",
	    request->config != NULL ? *request->config->auth_header_types
				    : "Bearer",
	    request->bearer_refused ? ", error=\"invalid_token\"" : "");
}

/* CORS (the Fetch standard, section 3.2): exact origins, never "*". */
static const char *cors_of(const struct request *request, enum outcome outcome)
{
	/* What the gate lets through, somebody else answers. */
	if (request->config == NULL || outcome == ADMITTED ||
	    *request->config->cors_allowed_origins == NULL)
		return "";
	if (!is_allowed_origin(request))
		return "Vary: Origin\r\n";
	return arena_printf(request->arena,
	    "Vary: Origin\r\n"
	    "Access-Control-Allow-Origin: %s\r\n"
	    "%s%s%s%s",
	    request->origin, credentials_of(request),
	    outcome == OPTIONS_ANSWERED ? "Access-Control-Allow-Methods: "
					: "Access-Control-Expose-Headers: ",
	    outcome == OPTIONS_ANSWERED ? request->allow
					: "Retry-After, Link, X-Total-Count",
	    outcome == OPTIONS_ANSWERED
		? arena_printf(request->arena,
		      "\r\nAccess-Control-Allow-Headers: %s, Content-Type\r\n"
		      "Access-Control-Max-Age: 600\r\n",
		      header_name(request))
		: "\r\n");
}

/* The lines that belong to one status alone. */
static const char *lines_of(
    const struct request *request, enum outcome outcome, int status)
{
	struct arena *arena = request->arena;

	if (status == 401)
		return challenge_of(request);
	if (status == 405 || outcome == OPTIONS_ANSWERED)
		return arena_printf(arena, "Allow: %s\r\n", request->allow);
	if (status == 429)
		return arena_printf(arena, "Retry-After: %.*s\r\n",
		    (int)strspn(request->argument, "0123456789"),
		    request->argument);
	return status == 503 ? "Retry-After: " RETRY_AFTER "\r\n" : "";
}

void respond(
    struct request *request, enum outcome outcome, struct gateway *gateway)
{
	const struct answer *answer = outcome_answer(outcome);
	bool has_body = answer->shape != SHAPE_NONE;
	const char *body = body_of(request, answer);
	/* With its length an answer is the same however it reaches the server. */
	const char *content = has_body
	    ? arena_printf(request->arena,
		  "Content-Type: application/json\r\n"
		  "Content-Length: %zu\r\n",
		  strlen(body))
	    : "";
	const char *head = arena_printf(request->arena,
	    "Status: %d %s\r\n"
	    "%s"
	    "Cache-Control: no-store\r\n"
	    "X-Content-Type-Options: nosniff\r\n"
	    "Referrer-Policy: no-referrer\r\n"
	    "%s%s%s\r\n",
	    answer->status, outcome_reason(answer->status), content,
	    lines_of(request, outcome, answer->status),
	    cors_of(request, outcome), request->headers);

	gateway_answer(gateway, head, strlen(head), body,
	    strcmp(request->method, "HEAD") == 0 ? 0 : strlen(body));
}
