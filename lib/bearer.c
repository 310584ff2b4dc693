/* bearer.c - the token of a protected request to verified claims. */
#include "bearer.h"

#include <string.h>
#include <strings.h>

#include "cookies.h"
#include "segment.h"
#include "tokens.h"
#include "user.h"

static const char blanks[] = " \t";

/* Copies the next word and moves on; "" at the end. */
static const char *next_word(struct arena *arena, const char **text)
{
	size_t length = 0;
	const char *word = NULL;

	*text += strspn(*text, blanks);
	length = strcspn(*text, blanks);
	word = arena_copy(arena, *text, length);
	*text += length;
	return word;
}

static bool is_scheme(const struct config *config, const char *word)
{
	for (config_list type = config->auth_header_types; *type != NULL;
	     type++)
		if (strcasecmp(word, *type) == 0)
			return true;
	return false;
}

static bool changes_something(const char *method)
{
	return strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0;
}

/* cookies_guard or cookies_guard_origin. */
typedef enum outcome cookie_guard(struct request *request);

/* A browser adds the cookie by itself: it counts where the page is ours. */
static enum outcome find_cookie(
    struct request *request, cookie_guard *guard, const char **token)
{
	*token = cookies_access_token(request);
	if (**token == '\0')
		return CREDENTIALS_MISSING;
	return changes_something(request->method) ? guard(request) : OK;
}

static enum outcome find_token(struct request *request,
    const char *authorization, cookie_guard *guard, const char **token)
{
	const char *scheme = next_word(request->arena, &authorization);

	if (!is_scheme(request->config, scheme))
		return find_cookie(request, guard, token);
	*token = next_word(request->arena, &authorization);
	if (**token == '\0' ||
	    *next_word(request->arena, &authorization) != '\0')
		return AUTHORIZATION_MALFORMED;
	return OK;
}

/* The kinds of tokens that auth_token_classes lets in. */
static unsigned classes_of(const struct config *config)
{
	unsigned types = 0;

	for (config_list name = config->auth_token_classes; *name; name++)
		types |=
		    (unsigned)(strcmp(*name, "sliding") == 0 ? TOKEN_SLIDING
							     : TOKEN_ACCESS);
	return types;
}

/* user_check or user_ask. */
typedef enum outcome user_question(
    struct request *request, const struct claims *claims, const char *groups);

static enum outcome check(struct request *request, const char *authorization,
    user_question *question, const char *groups, cookie_guard *guard)
{
	const char *token = NULL;
	enum outcome outcome =
	    find_token(request, authorization, guard, &token);

	if (outcome != OK)
		return outcome;
	request->bearer_refused = true;
	outcome = tokens_verify(
	    request, classes_of(request->config), token, &request->claims);
	if (outcome == OK && request->claims.user_id == NULL)
		outcome = USER_UNIDENTIFIED;
	if (outcome == OK)
		outcome = question(request, &request->claims, groups);
	request->bearer_refused = outcome != OK;
	return outcome;
}

enum outcome bearer_check(struct request *request, const char *authorization)
{
	return check(request, authorization, user_check, "", cookies_guard);
}

enum outcome bearer_check_user(
    struct request *request, const char *authorization)
{
	return check(request, authorization, user_ask, "", cookies_guard);
}

/* The elements as lines. */
static const char *lines_of(struct arena *arena, config_list list)
{
	const char *lines = "";

	for (; *list != NULL; list++)
		lines = arena_printf(
		    arena, "%s%s%s", lines, *lines != '\0' ? "\n" : "", *list);
	return lines;
}

/* Whether the groups in the token hold one that is asked for. */
static bool token_has_group(const struct request *request)
{
	const struct config *config = request->config;

	for (const struct custom_claim *claim = config->claims;
	     claim->name != NULL; claim++)
		if (claim->column == USER_GROUPS &&
		    segment_names_one_of(request->claims.payload, claim->name,
			config->require_group))
			return true;
	return false;
}

static enum outcome check_member(
    struct request *request, const char *authorization, cookie_guard *guard)
{
	const struct config *config = request->config;
	enum outcome outcome = check(request, authorization, user_check,
	    lines_of(request->arena, config->require_group), guard);

	/* The configuration may have been read again. */
	config = request->config;
	if (outcome == OK && *config->require_group != NULL &&
	    config->access_check == ACCESS_CHECK_STATELESS &&
	    request->claims.type == TOKEN_ACCESS && !token_has_group(request))
		return PERMISSION_DENIED;
	return outcome;
}

enum outcome bearer_check_member(
    struct request *request, const char *authorization)
{
	return check_member(request, authorization, cookies_guard);
}

enum outcome bearer_check_foreign(
    struct request *request, const char *authorization)
{
	return check_member(request, authorization, cookies_guard_origin);
}
