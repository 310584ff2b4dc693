/* config_values.c - how the value of a setting is read. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "config_settings.h"

#define DAY INT64_C(86400)
#define MIB (INT64_C(1) << 20)

/*
 * Reads a whole number and its unit. Returns false when there is something
 * else or it is out of the setting's range.
 */
static bool read_number(const struct setting *setting, const char *value,
    const char *units, const int64_t *factors, int64_t *number)
{
	char *end = NULL;
	const char *unit = NULL;
	long long given = 0;

	if (value[0] < '0' || value[0] > '9')
		return false;
	errno = 0;
	given = strtoll(value, &end, 10);
	if (errno != 0 || given > setting->max)
		return false;
	if (*end != '\0') {
		unit = strchr(units, *end);
		if (unit == NULL || end[1] != '\0')
			return false;
		given *= factors[unit - units];
	}
	*number = given;
	return given >= setting->min && given <= setting->max;
}

static const char *range(struct arena *arena, const struct setting *setting,
    const char *value, const char *what)
{
	return arena_printf(arena,
	    "\"%s\" is not %s from %lld to %lld; allowed: %s such as %s", value,
	    what, (long long)setting->min, (long long)setting->max,
	    setting->kind == SETTING_NUMBER     ? "a whole number"
		: setting->kind == SETTING_SIZE ? "bytes, or with k or M,"
						: "a number with s, m, h or d",
	    setting->fallback);
}

static const char *set_choice(struct arena *arena, int *field,
    const char *const *choices, const char *value)
{
	const char *allowed = choices[0];

	for (int i = 0; choices[i] != NULL; i++) {
		if (strcmp(choices[i], value) == 0) {
			*field = i;
			return NULL;
		}
		if (i > 0)
			allowed =
			    arena_printf(arena, "%s, %s", allowed, choices[i]);
	}
	return arena_printf(
	    arena, "\"%s\" is unknown; allowed: %s", value, allowed);
}

static const char *set_switch(
    struct arena *arena, bool *field, const char *value)
{
	static const char *const words[] = { "no", "yes", "off", "on", "false",
		"true" };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcasecmp(value, words[i]) == 0) {
			*field = i % 2 == 1;
			return NULL;
		}
	return arena_printf(
	    arena, "\"%s\" is not a switch; allowed: yes, no", value);
}

static const char *set_list(struct arena *arena, config_list *field,
    const struct setting *setting, const char *value)
{
	size_t count = 0;
	const char **list = NULL;

	for (const char *c = value; *c != '\0'; c++)
		count += *c == ',';
	list = arena_alloc(arena, (count + 2) * sizeof *list);
	count = 0;
	while (*value != '\0') {
		size_t length = strcspn(value, ",");
		size_t end = length, start = strspn(value, " \t");

		while (end > start && strchr(" \t", value[end - 1]) != NULL)
			end--;
		if (end > start) {
			const char *fault = NULL;

			list[count] =
			    arena_copy(arena, value + start, end - start);
			if (setting->check != NULL)
				fault = setting->check(list[count]);
			if (fault != NULL)
				return arena_printf(
				    arena, "\"%s\": %s", list[count], fault);
			count++;
		}
		value += length + (value[length] == ',');
	}
	*field = list;
	return NULL;
}

static const char *directory_of(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return ".";
	return arena_copy(arena, path, (size_t)(slash - path));
}

static const char *resolve(struct arena *arena, const struct config *config,
    const struct setting *setting, const char *value)
{
	const char *folders[2] = { getenv("CREDENTIALS_DIRECTORY"),
		"/run/secrets" };

	if (value[0] == '\0' || value[0] == '/')
		return arena_string(arena, value);
	for (size_t i = 0; setting->kind == SETTING_FILE && i < 2; i++) {
		const char *path = NULL;

		if (folders[i] == NULL)
			continue;
		path = arena_printf(arena, "%s/%s", folders[i], value);
		if (access(path, F_OK) == 0)
			return path;
	}
	return arena_printf(
	    arena, "%s/%s", directory_of(arena, config->path), value);
}

const char *config_set(struct arena *arena, const struct config *config,
    void *fields, const struct setting *setting, const char *value)
{
	static const int64_t seconds[] = { 1, 60, 3600, DAY };
	static const int64_t bytes[] = { 1024, MIB };
	void *field = (char *)fields + setting->offset;

	switch (setting->kind) {
	case SETTING_TEXT:
		*(const char **)field = arena_string(arena, value);
		return setting->check ? setting->check(value) : NULL;
	case SETTING_FILE:
	case SETTING_PATH:
		*(const char **)field = resolve(arena, config, setting, value);
		return NULL;
	case SETTING_LIST:
		return set_list(arena, field, setting, value);
	case SETTING_SWITCH:
		return set_switch(arena, field, value);
	case SETTING_CHOICE:
		return set_choice(arena, field, setting->choices, value);
	case SETTING_DURATION:
		return read_number(setting, value, "smhd", seconds, field)
		    ? NULL
		    : range(arena, setting, value, "a time in seconds");
	case SETTING_CLAIMS:
		*(const struct custom_claim **)field =
		    arena_alloc(arena, sizeof(struct custom_claim));
		return NULL;
	case SETTING_SIZE:
		return read_number(setting, value, "kM", bytes, field)
		    ? NULL
		    : range(arena, setting, value, "a size");
	case SETTING_NUMBER:
		return read_number(setting, value, "", seconds, field)
		    ? NULL
		    : range(arena, setting, value, "a whole number");
	}
	return "this kind of setting is unknown";
}

const char *config_set_member(struct arena *arena, struct config *config,
    const struct setting *setting, const char *member, const char *value)
{
	const struct custom_claim **claims =
	    (void *)((char *)config + setting->offset);
	const char *fault = setting->check(member);
	struct custom_claim *more = NULL;
	size_t count = 0;
	int column = 0;

	if (fault == NULL)
		fault = set_choice(arena, &column, setting->choices, value);
	if (fault != NULL)
		return fault;
	for (; (*claims)[count].name != NULL; count++)
		if (strcmp((*claims)[count].name, member) == 0)
			return "set twice; once is allowed";
	more = arena_alloc(arena, (count + 2) * sizeof *more);
	memcpy(more, *claims, count * sizeof *more);
	more[count].name = arena_string(arena, member);
	more[count].column = (enum user_column)column;
	*claims = more;
	return NULL;
}
