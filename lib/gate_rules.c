/* gate_rules.c - the rules by path. */
#include "gate_rules.h"

#include <string.h>

#include "gate_path.h"
#include "segment.h"

static bool is_listed(const char *text, config_list list)
{
	for (; *list != NULL; list++)
		if (strcmp(*list, text) == 0)
			return true;
	return false;
}

/* Whether the token has the claim: NAME=VALUE, or VALUE in a list. */
static bool has_claim(const struct request *request, const char *condition)
{
	const char *value = strchr(condition, '=') + 1;
	const char *name = arena_copy(
	    request->arena, condition, (size_t)(value - 1 - condition));
	config_list texts =
	    segment_texts(request->arena, request->claims.payload, name);

	return texts != NULL && is_listed(value, texts);
}

static bool is_met(const struct request *request,
    const struct gate_person *person, const struct gate_rule *rule)
{
	size_t conditions = 0, met = 0;

	for (config_list group = rule->groups; *group != NULL; group++) {
		conditions++;
		met += is_listed(*group, person->groups);
	}
	for (config_list claim = rule->claims; *claim != NULL; claim++) {
		conditions++;
		met += has_claim(request, *claim);
	}
	return rule->match == MATCH_ALL ? met == conditions
					: met > 0 || conditions == 0;
}

enum outcome gate_rules_check(const struct request *request,
    const struct gate_person *person, const char *path)
{
	const struct gate_rule *found = NULL;

	for (const struct gate_rule *rule = request->config->gate_rules;
	     rule->path != NULL; rule++)
		if (gate_path_is_below(path, rule->path) &&
		    (found == NULL || strlen(rule->path) > strlen(found->path)))
			found = rule;
	return found == NULL || is_met(request, person, found)
	    ? OK
	    : PERMISSION_DENIED;
}
