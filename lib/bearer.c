/* bearer.c - the Authorization header to verified claims, and the user. */
#include "bearer.h"

#include <string.h>
#include <strings.h>

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

enum outcome bearer_check(struct request *request, const char *authorization)
{
	const char *scheme = next_word(request->arena, &authorization);
	const char *token = NULL;
	enum outcome outcome = OK;

	if (strcasecmp(scheme, "Bearer") != 0)
		return CREDENTIALS_MISSING;
	token = next_word(request->arena, &authorization);
	if (*token == '\0' ||
	    *next_word(request->arena, &authorization) != '\0')
		return AUTHORIZATION_MALFORMED;
	request->bearer_refused = true;
	outcome = tokens_verify(request, TOKEN_ACCESS, token, &request->claims);
	if (outcome == OK && request->claims.user_id == NULL)
		outcome = USER_UNIDENTIFIED;
	if (outcome == OK &&
	    request->config->access_check != ACCESS_CHECK_STATELESS)
		outcome = user_check(request, &request->claims);
	request->bearer_refused = outcome != OK;
	return outcome;
}
