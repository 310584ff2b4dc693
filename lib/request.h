/*
 * request.h - one request, from its routes and fields to its reply: what an
 * endpoint in cgi-bin/ sees.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "app.h"
#include "arena.h"
#include "outcome.h"
#include "peer.h"
#include "reply.h"
#include "token.h"

#define FIELDS_MAX 8

struct request;
struct field;

/* Adds faults (request_fault) when the value is not acceptable. */
typedef void field_check(
    struct request *request, const struct field *field, const char *value);

enum field_flags {
	FIELD_OPTIONAL = 1, /* may be missing or blank: then "" */
	FIELD_SECRET = 2,   /* blanks around it belong to it */
	FIELD_SWITCH = 4,   /* a boolean: "true", or "" */
	FIELD_UNKNOWN = 8,  /* it is none: what is sent is not looked at */
	FIELD_LIST = 16,    /* strings of which none is blank: a line each */
};

/* The flags of a field that the configuration or the request decides. */
typedef unsigned field_flags_of(const struct request *request);

/* One field of a body; where the method is GET, of the query (RFC 3986 section
 * 3.4), which is read as a form is. The last row of a table has no name. */
struct field {
	const char *name;
	size_t max; /* code points; 0: no limit but the body's */
	unsigned flags;
	field_check *check;
	field_flags_of *more_flags; /* NULL: there are no others */
};

/* What a handler is: it ends in an outcome. */
typedef enum outcome handler(struct request *request);

/* What looks at Authorization before the method does: bearer_check. */
typedef enum outcome authenticator(
    struct request *request, const char *authorization);

/* One request that is answered. The last row of a table has no method. */
struct route {
	const char *method;
	const char
	    *path; /* whole, with the slash at the end; it may be {id}/ */
	const struct field *fields;
	handler *handle;
	authenticator *authenticate; /* NULL: open to everybody */
};

struct gateway;

/*
 * Decides on a request for what is not ours, whatever its path and method are:
 * ADMITTED or why not.
 */
typedef enum outcome gatekeeper(struct request *request,
    const struct gateway *gateway, const char *authorization);

/* A program: its routes, and how it comes to keys. What it does not name is
 * not linked into it. */
struct service {
	const char *name;
	const struct route *routes;
	const struct keyring_access *keys; /* NULL: it has none */
};

struct request {
	struct arena *arena;
	struct app *app;
	const char *config_path;
	const struct config *config; /* app->config */
	struct db *db;               /* app->db */
	const char *method;
	const char *id; /* what stands for {id} in the path, as it was sent */
	const char *allow;  /* the methods of the path, as Allow lists them */
	const char *origin; /* Origin; "" */
	const char *agent;  /* User-Agent, cut to 200 bytes; "" */
	const char *media_type; /* Content-Type, printable and cut; "" */
	const char *cookies;    /* Cookie; "" */
	struct peer peer;
	int64_t now;          /* seconds; the one reading of the clock */
	int64_t deadline;     /* clock_milliseconds */
	struct claims claims; /* of the bearer, where there must be one */
	struct reply *reply;  /* for OK and CREATED */
	const char *headers; /* more lines of the answer, each with CR LF; "" */
	const char *argument; /* for outcomes that take one */
	const struct field *fields;
	const char *values[FIELDS_MAX];
	bool has[FIELDS_MAX]; /* whether the field was sent */
	struct reply *faults;
	bool is_unjudged;    /* a value could not be checked: 503 for 400 */
	bool bearer_refused; /* the outcome is about the presented bearer */
	/* What is done once the answer is sent; NULL: nothing. */
	void (*after)(const struct request *request);
};

/*
 * Reads configuration and keys again when their files changed; request->config
 * may be another one then. Returns false when there is no valid one.
 */
bool request_reload(struct request *request);

/* The validated value of a field of the route; never NULL. */
const char *request_value(const struct request *request, const char *field);

/*
 * The same, NULL for a field that was not sent. Blank is not missing, but in a
 * switch, which says nothing then.
 */
const char *request_given(const struct request *request, const char *field);

/* Notes what is wrong with a field; FIELDS_INVALID answers with all of it. */
void request_fault(
    struct request *request, const char *field, const char *sentence);

/* Ends with THROTTLED, whose argument is the number of seconds to wait. */
enum outcome request_throttled(struct request *request, int64_t seconds);
