/* gate.c - whether a request for what is not ours may pass. */
#include "gate.h"

#include <string.h>

#include "bearer.h"
#include "gate_path.h"
#include "gate_rules.h"
#include "gate_sign_in.h"
#include "gate_tell.h"
#include "gateway.h"
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
		return gate_tell(request, gateway, &person);
	return gate_sign_in(request, gateway, authorization, outcome);
}
