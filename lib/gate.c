/* gate.c - whether a request for what is not ours may pass. */
#include "gate.h"

#include <ctype.h>
#include <string.h>

#include "bearer.h"
#include "gate_path.h"
#include "gate_rules.h"
#include "gate_sign_in.h"
#include "gateway.h"
#include "identity.h"
#include "log.h"
#include "queries.h"
#include "segment.h"
#include "user_id.h"

#define PATHS_MAX 5

static config_list lines_of(struct arena *arena, const char *lines)
{
	const char **list = NULL;
	size_t count = 0;

	for (const char *c = lines; *c != '\0'; c++)
		count += *c == '\n';
	list = arena_alloc(arena, (count + 2) * sizeof *list);
	for (count = 0; *lines != '\0'; count++) {
		size_t length = strcspn(lines, "\n");

		list[count] = arena_copy(arena, lines, length);
		lines += length + (lines[length] == '\n');
	}
	return list;
}

static config_list column_of(
    const struct request *request, enum user_column column)
{
	for (const struct custom_claim *claim = request->config->claims;
	     claim->name != NULL; claim++)
		if (claim->column == column)
			return segment_texts(request->arena,
			    request->claims.payload, claim->name);
	return NULL;
}

/* The user as the token has it: as what user_id_field says, or by a claim. */
static const char *name_of(
    const struct request *request, enum user_column column)
{
	config_list texts = NULL;

	if (request->config->user_id_field == column)
		return request->claims.user_id;
	texts = column_of(request, column);
	return texts != NULL ? *texts : NULL;
}

static enum outcome identify(
    struct request *request, struct gate_person *person)
{
	static const char *const nobody[] = { NULL };
	const struct rows *rows = NULL;
	enum outcome outcome = OK;

	if (request->config->access_check == ACCESS_CHECK_STATELESS &&
	    request->claims.type == TOKEN_ACCESS) {
		person->id = name_of(request, USER_ID);
		person->username = name_of(request, USER_USERNAME);
		person->groups = column_of(request, USER_GROUPS);
		if (person->groups == NULL)
			person->groups = nobody;
		return OK;
	}
	outcome = DB_RUN(request->db, request->arena, &query_gate_user, &rows,
	    user_id_column(request->config),
	    user_id_key(request, request->claims.user_id));
	if (outcome != OK)
		return outcome;
	if (rows_count(rows) == 0)
		return USER_NOT_FOUND;
	person->id = rows_text(rows, 0, "subject");
	person->username = rows_text(rows, 0, "username");
	person->groups = rows_text(rows, 0, "groups") != NULL
	    ? lines_of(request->arena, rows_text(rows, 0, "groups"))
	    : nobody;
	return OK;
}

/*
 * The path of the file that Apache has found, as it says no other: where what
 * is served begins, and the prefix of paths there.
 */
static const char *file_of(struct arena *arena, const struct gateway *gateway)
{
	const char *root = gateway_parameter(gateway, "CONTEXT_DOCUMENT_ROOT");
	const char *file = gateway_parameter(gateway, "SCRIPT_FILENAME");
	size_t length = strlen(root);

	while (length > 0 && root[length - 1] == '/')
		length--;
	if (*root == '\0' || strncmp(file, root, length) != 0 ||
	    file[length] != '/')
		return "";
	return arena_printf(arena, "%s%s",
	    gateway_parameter(gateway, "CONTEXT_PREFIX"), file + length);
}

/*
 * Every path that the request goes by. Returns their number, 0 when one cannot
 * be compared.
 */
static size_t paths_of(struct arena *arena, const struct gateway *gateway,
    const char *paths[PATHS_MAX])
{
	const char *script = arena_printf(arena, "%s%s",
	    gateway_parameter(gateway, "SCRIPT_NAME"),
	    gateway_parameter(gateway, "PATH_INFO"));
	const struct {
		const char *text;
		bool is_encoded;
	} spellings[PATHS_MAX] = {
		{ gateway_parameter(gateway, "REQUEST_URI"), true },
		{ gateway_parameter(gateway, "REDIRECT_URI"), true },
		{ gateway_parameter(gateway, "DOCUMENT_URI"), false },
		{ script, false },
		{ file_of(arena, gateway), false },
	};
	size_t count = 0;

	/* Without what was asked for there is nothing to be sure of. */
	if (*spellings[0].text == '\0')
		return 0;
	for (size_t i = 0; i < PATHS_MAX; i++) {
		if (*spellings[i].text == '\0')
			continue;
		paths[count] = gate_path(
		    arena, spellings[i].text, spellings[i].is_encoded);
		if (paths[count++] == NULL)
			return 0;
	}
	return count;
}

static enum outcome check_rules(struct request *request,
    const struct gateway *gateway, const struct gate_person *person)
{
	const char *paths[PATHS_MAX] = { NULL };
	size_t count = paths_of(request->arena, gateway, paths);
	enum outcome outcome = count > 0 ? OK : PERMISSION_DENIED;

	for (size_t i = 0; outcome == OK && i < count; i++)
		outcome = gate_rules_check(request, person, paths[i]);
	return outcome;
}

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

static enum outcome introduce(struct request *request,
    const struct gateway *gateway, const struct gate_person *person)
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

enum outcome gate_decide(struct request *request, const struct gateway *gateway,
    const char *authorization)
{
	struct gate_person person = { 0 };
	enum outcome outcome = bearer_check_foreign(request, authorization);

	if (outcome == OK)
		outcome = identify(request, &person);
	if (outcome == OK)
		outcome = check_rules(request, gateway, &person);
	if (outcome == OK)
		return introduce(request, gateway, &person);
	return gate_sign_in(request, gateway, authorization, outcome);
}
