/* config.c - the settings: one INI file, each also by environment. */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "config_reading.h"

static const char prefix[] = "POSTERN_";

/* The value of POSTERN_NAME, NULL when it is not set. */
static const char *from_environment(char *const *environment, const char *name)
{
	for (; environment != NULL && *environment != NULL; environment++) {
		const char *entry = *environment;
		size_t i = 0;

		if (strncmp(entry, prefix, sizeof prefix - 1) != 0)
			continue;
		entry += sizeof prefix - 1;
		while (name[i] != '\0' &&
		    entry[i] == toupper((unsigned char)name[i]))
			i++;
		if (name[i] == '\0' && entry[i] == '=')
			return entry + i + 1;
	}
	return NULL;
}

static void interpret(struct reading *reading, struct config *config,
    char *const *environment, size_t index)
{
	const struct setting *setting = &config_settings[index];
	const struct written *written = &reading->values[index];
	const char *given = from_environment(environment, setting->name);
	const char *where = NULL, *fault = NULL;

	if (given != NULL) {
		where = "environment";
	} else if (written->text != NULL) {
		given = written->text;
		where = reading_line(reading, written->line);
	} else {
		given = setting->fallback;
		where = reading->path;
	}
	reading->where[index] = where;
	fault = config_set(reading->arena, config, config, setting, given);
	if (fault != NULL)
		reading_complain(reading, where,
		    arena_printf(
			reading->arena, "%s: %s", setting->name, fault));
}

/*
 * The members of a family that the environment sets, POSTERN_CLAIM_NAME: their
 * names in lower case. They come first, and the file's of that name not at all.
 */
static void add_environment(struct reading *reading,
    const struct setting *setting, char *const *environment)
{
	struct member *written = reading->members;
	size_t length = reading_prefix(setting);

	reading->members = NULL;
	reading->last_member = &reading->members;
	for (; environment != NULL && *environment != NULL; environment++) {
		const char *entry = *environment, *equals = strchr(entry, '=');
		char *name = NULL;

		if (equals == NULL ||
		    strncmp(entry, prefix, sizeof prefix - 1) != 0)
			continue;
		entry += sizeof prefix - 1;
		name =
		    arena_copy(reading->arena, entry, (size_t)(equals - entry));
		for (char *c = name; *c != '\0'; c++)
			*c = (char)tolower((unsigned char)*c);
		if (strncmp(name, setting->name, length - 1) == 0 &&
		    name[length - 1] == '_')
			reading_add_member(reading, setting, name + length,
			    equals + 1, "environment");
	}
	*reading->last_member = written;
}

static bool is_from_environment(
    const struct reading *reading, const struct member *member)
{
	for (const struct member *m = reading->members; m != member;
	     m = m->next)
		if (m->where != member->where &&
		    strcmp(m->where, "environment") == 0 &&
		    strcmp(m->name, member->name) == 0)
			return true;
	return false;
}

static void interpret_members(
    struct reading *reading, struct config *config, char *const *environment)
{
	for (size_t i = 0; config_settings[i].name != NULL; i++)
		if (reading_prefix(&config_settings[i]) > 0)
			add_environment(
			    reading, &config_settings[i], environment);
	for (struct member *m = reading->members; m != NULL; m = m->next) {
		const char *fault = NULL;

		if (is_from_environment(reading, m))
			continue;
		fault = config_set_member(
		    reading->arena, config, m->setting, m->name, m->text);
		if (fault != NULL)
			reading_complain(reading, m->where,
			    arena_printf(reading->arena, "claim.%s: %s",
				m->name, fault));
	}
}

/* Where the first setting is set of those that a contradiction begins with. */
static const char *to_blame(const struct reading *reading,
    const struct config *config, const char *fault)
{
	const char *end = strchr(fault, ':');

	for (const char *name = fault; name < end; name += strspn(name, ", ")) {
		size_t length = strcspn(name, ",:");
		const char *one =
		    arena_printf(reading->arena, "%.*s", (int)length, name);
		const char *where = config_where(config, one);

		if (where != config->path)
			return where;
		for (struct member *m = reading->members; m != NULL;
		     m = m->next)
			if (strncmp(one, m->setting->name,
				reading_prefix(m->setting)) == 0 &&
			    strcmp(one + reading_prefix(m->setting), m->name) ==
				0)
				return m->where;
		name += length;
	}
	return config->path;
}

const char *config_where(const struct config *config, const char *setting)
{
	for (size_t i = 0;
	     config->where != NULL && config_settings[i].name != NULL; i++)
		if (strcmp(config_settings[i].name, setting) == 0)
			return config->where[i];
	return config->path;
}

const struct config *config_load(struct arena *arena, const char *path,
    char *const *environment, const char **problems)
{
	struct config *config = arena_alloc(arena, sizeof *config);
	struct reading reading = { .arena = arena, .problems = "" };
	const char *fault = NULL;

	reading.path = arena_string(arena, path);
	reading.values = arena_alloc(
	    arena, config_settings_count() * sizeof *reading.values);
	reading.where =
	    arena_alloc(arena, config_settings_count() * sizeof *reading.where);
	reading.last_member = &reading.members;
	config->path = reading.path;
	config->where = reading.where;
	reading_file(&reading);
	if (*reading.problems == '\0') {
		for (size_t i = 0; config_settings[i].name != NULL; i++)
			interpret(&reading, config, environment, i);
		interpret_members(&reading, config, environment);
		reading_rules(&reading, config);
	}
	if (*reading.problems == '\0') {
		fault = config_contradiction(arena, config);
		if (fault != NULL)
			reading_complain(
			    &reading, to_blame(&reading, config, fault), fault);
	}
	*problems = reading.problems;
	return *reading.problems == '\0' ? config : NULL;
}

const char *config_path(const char *parameter)
{
	const char *path = getenv("POSTERN_CONFIG");

	if (parameter != NULL && *parameter != '\0')
		return parameter;
	return path != NULL && *path != '\0' ? path : CONFIG_DEFAULT_PATH;
}

void config_describe(void (*each)(void *context, const char *name,
			 const char *fallback, const char *help),
    void *context)
{
	for (size_t i = 0; config_settings[i].name != NULL; i++)
		each(context, config_settings[i].name,
		    config_settings[i].fallback, config_settings[i].help);
}
