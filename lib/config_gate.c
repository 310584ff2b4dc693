/* config_gate.c - the rules of the gate: sections [gate PATH]. */
#include <string.h>

#include "config_reading.h"
#include "gate_path.h"

static const char *const matches[] = { "all", "any", NULL };

static const char *check_condition(const char *value)
{
	static const char allowed[] =
	    "allowed: NAME=VALUE, a claim and what it must be, without blanks "
	    "around the equals sign";
	const char *equals = strchr(value, '=');
	char name[CLAIM_NAME_MAX + 1] = "";

	if (equals == NULL || (size_t)(equals - value) >= sizeof name ||
	    equals[1] == '\0' || equals[1] == ' ')
		return allowed;
	memcpy(name, value, (size_t)(equals - value));
	return config_check_claim(name) == NULL ? NULL : allowed;
}

/* clang-format off */
#define AT(field) offsetof(struct gate_rule, field)
static const struct setting settings[GATE_SETTINGS] = {
	{ "require_group", SETTING_LIST, AT(groups), "", "", 0, 0, NULL,
		config_check_group },
	{ "require_claim", SETTING_LIST, AT(claims), "", "", 0, 0, NULL,
		check_condition },
	{ "match", SETTING_CHOICE, AT(match), "all", "", 0, 0, matches, NULL },
};
/* clang-format on */

static void complain(struct reading *reading, int line, const char *title,
    const char *name, const char *fault)
{
	reading_complain(reading, reading_line(reading, line),
	    arena_printf(reading->arena, "[%s]: %s%s", title, name, fault));
}

/*
 * The path of a title, without its slash at the end. NULL when the title is
 * none, or the path is not written as it is compared.
 */
static const char *path_of(struct arena *arena, const char *title)
{
	const char *path = NULL, *normal = NULL;
	size_t length = 0;

	if (strncmp(title, "gate", 4) != 0 || strspn(title + 4, " \t") == 0)
		return NULL;
	path = title + 4 + strspn(title + 4, " \t");
	normal = gate_path(arena, path, false);
	if (normal == NULL || strcmp(normal, path) != 0 ||
	    strpbrk(path, "?*") != NULL)
		return NULL;
	length = strlen(path);
	if (path[length - 1] == ' ')
		return NULL;
	return arena_copy(arena, path, length - (path[length - 1] == '/'));
}

/* libinih cuts titles: they are read here. */
void reading_section(struct reading *reading, const char *line)
{
	const char *end = strchr(line, ']');
	const char *after =
	    end != NULL ? end + 1 + strspn(end + 1, " \t\r\n") : "";
	struct section *section = NULL;

	/* Without its end libinih does not understand it either. */
	if (end == NULL)
		return;
	section = arena_alloc(reading->arena, sizeof *section);
	section->title =
	    arena_copy(reading->arena, line + 1, (size_t)(end - line) - 1);
	section->line = reading->line;
	section->path = path_of(reading->arena, section->title);
	if (section->path == NULL)
		complain(reading, section->line, section->title, "",
		    "unknown section; allowed: [gate PATH], with a path such as "
		    "/members/ as it is after decoding, without // . .. \\ % # ? "
		    "*");
	else if (*after != '\0' && *after != ';' && *after != '#')
		complain(reading, section->line, section->title, "",
		    "there is something behind it; allowed: settings in lines of "
		    "their own");
	for (struct section *other = reading->sections;
	     section->path != NULL && other != NULL; other = other->next)
		if (other->path != NULL &&
		    strcmp(other->path, section->path) == 0)
			complain(reading, section->line, section->title, "",
			    arena_printf(reading->arena,
				"the path has a section in line %d; once is "
				"allowed",
				other->line));
	section->next = reading->sections;
	reading->sections = reading->section = section;
}

void reading_section_keep(struct reading *reading, const char *title,
    const char *name, const char *value)
{
	struct section *section = reading->section;

	/* One that libinih alone has seen does not begin its line. */
	if (section == NULL ||
	    strncmp(section->title, title, strlen(title)) != 0 ||
	    *title == '\0') {
		complain(reading, reading->line, title, "",
		    "a section begins at the start of its line");
		return;
	}
	for (size_t i = 0; i < GATE_SETTINGS; i++)
		if (strcmp(settings[i].name, name) == 0) {
			reading_keep(reading, &section->values[i], name, value);
			return;
		}
	complain(reading, reading->line, section->title, name,
	    ": unknown setting of a section; allowed: require_group, "
	    "require_claim, match; the others stand before the first section");
}

/* A list that is written and has nothing in it is a mistake. */
static bool is_empty(
    const struct written *written, const struct setting *setting)
{
	return setting->kind == SETTING_LIST && written->text != NULL &&
	    written->text[strspn(written->text, " \t,")] == '\0';
}

static void interpret(struct reading *reading, const struct config *config,
    const struct section *section, struct gate_rule *rule)
{
	rule->path = section->path;
	for (size_t i = 0; i < GATE_SETTINGS; i++) {
		const struct written *written = &section->values[i];
		const char *fault =
		    config_set(reading->arena, config, rule, &settings[i],
			written->text != NULL ? written->text
					      : settings[i].fallback);

		if (fault == NULL && is_empty(written, &settings[i]))
			fault = "it is empty; allowed: at least one";
		if (fault != NULL)
			complain(reading, written->line, section->title,
			    settings[i].name,
			    arena_printf(reading->arena, ": %s", fault));
	}
	if (*reading->problems == '\0' && *rule->groups != NULL &&
	    config->access_check == ACCESS_CHECK_STATELESS &&
	    !config_claims_column(config, USER_GROUPS))
		complain(reading, section->values[0].line, section->title,
		    "require_group",
		    ": with access_check = stateless the groups are looked for "
		    "in the token; allowed with claim.NAME = groups");
}

void reading_rules(struct reading *reading, struct config *config)
{
	struct gate_rule *rules = NULL;
	size_t count = 0;

	for (struct section *s = reading->sections; s != NULL; s = s->next)
		count++;
	rules = arena_alloc(reading->arena, (count + 1) * sizeof *rules);
	config->gate_rules = rules;
	for (struct section *s = reading->sections; s != NULL; s = s->next)
		interpret(reading, config, s, &rules[--count]);
}
