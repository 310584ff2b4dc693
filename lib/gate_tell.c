/* gate_tell.c - who passes the gate, for the web server to hand on. */
#include "gate_tell.h"

#include <ctype.h>
#include <string.h>

#include "gate.h"
#include "gateway.h"
#include "identity.h"
#include "log.h"
#include "segment.h"

/* What is handed on, one header a value. */
struct letter {
	struct request *request;
	bool is_for_authorizer;
	bool is_unsafe; /* a value cannot be handed on as it is */
};

/* Servers take blanks around a value away. */
static bool is_safe(const char *value)
{
	size_t length = strlen(value);

	return length <= GATE_VALUE_MAX && identity_is_plain(value) &&
	    (length == 0 || (*value != ' ' && value[length - 1] != ' '));
}

static void hand_on(struct letter *letter, const char *name, const char *value)
{
	struct request *request = letter->request;
	char *header = NULL;

	if (value == NULL)
		return;
	if (letter->is_unsafe || !is_safe(value)) {
		log_error("gate: %s cannot be handed on as it is", name);
		letter->is_unsafe = true;
		return;
	}
	header = arena_printf(request->arena, "%s%s",
	    letter->is_for_authorizer ? "Variable-" : "X-", name);
	for (char *c = header; !letter->is_for_authorizer && *c != '\0'; c++)
		if (*c == '_')
			*c = '-';
	request->headers = arena_printf(
	    request->arena, "%s%s: %s\r\n", request->headers, header, value);
}

/* With commas between, which for that reason are in no element. */
static void hand_on_list(
    struct letter *letter, const char *name, config_list list)
{
	const char *text = "";

	if (list == NULL)
		return;
	for (config_list element = list;
	     *element != NULL && strlen(text) <= GATE_VALUE_MAX; element++) {
		if (list[1] != NULL && strchr(*element, ',') != NULL)
			letter->is_unsafe = true;
		text = arena_printf(letter->request->arena, "%s%s%s", text,
		    element != list ? "," : "", *element);
	}
	hand_on(letter, name, text);
}

static const char *claim_variable(struct arena *arena, const char *claim)
{
	char *name = arena_printf(arena, "POSTERN_CLAIM_%s", claim);

	for (char *c = name; *c != '\0'; c++)
		*c = isalnum((unsigned char)*c)
		    ? (char)toupper((unsigned char)*c)
		    : '_';
	return name;
}

enum outcome gate_tell(struct request *request, const struct gateway *gateway,
    const struct gate_person *person)
{
	struct letter letter = { request, gateway_is_authorizer(gateway),
		false };

	if (letter.is_for_authorizer)
		hand_on(&letter, "REMOTE_USER", person->username);
	hand_on(&letter, "POSTERN_USER_ID", person->id);
	hand_on(&letter, "POSTERN_USERNAME", person->username);
	hand_on_list(&letter, "POSTERN_GROUPS", person->groups);
	for (config_list claim = request->config->gate_claims; *claim; claim++)
		hand_on_list(&letter, claim_variable(request->arena, *claim),
		    segment_texts(
			request->arena, request->claims.payload, *claim));
	if (!letter.is_unsafe)
		return ADMITTED;
	request->headers = "";
	return PERMISSION_DENIED;
}
