/* lifetime.c - how long something is good, in words that are a file's. */
#include "lifetime.h"

#include <stdbool.h>
#include <string.h>

#include "template.h"

#define UNITS 4

/* One, and several of it. */
static const struct {
	int64_t seconds;
	const char *names[2];
} units[UNITS] = {
	{ 86400, { "day", "days" } },
	{ 3600, { "hour", "hours" } },
	{ 60, { "minute", "minutes" } },
	{ 1, { "second", "seconds" } },
};

/* The words behind "NAME:" at the beginning of a line, NULL when it is not. */
static const char *find(struct arena *arena, const char *text, const char *name)
{
	size_t length = strlen(name);

	while (*text != '\0') {
		size_t end = strcspn(text, "\n");

		if (end > length && strncmp(text, name, length) == 0 &&
		    text[length] == ':') {
			size_t begin = length + 1;

			begin += strspn(text + begin, " \t");
			return arena_copy(
			    arena, text + begin, end > begin ? end - begin : 0);
		}
		text += end + (text[end] == '\n');
	}
	return NULL;
}

/* All are looked for, so that a file is whole or said not to be. */
static bool read_words(struct arena *arena, const char *path,
    const char *words[UNITS][2], const char **problem)
{
	const char *text = template_text(arena, path, problem);

	if (text == NULL)
		return false;
	for (size_t i = 0; i < UNITS; i++)
		for (size_t several = 0; several < 2; several++) {
			const char *name = units[i].names[several];

			words[i][several] = find(arena, text, name);
			if (words[i][several] != NULL)
				continue;
			*problem = arena_printf(arena,
			    "%s: there is no line \"%s: ...\"", path, name);
			return false;
		}
	return true;
}

const char *lifetime_text(struct arena *arena, const char *folder,
    int64_t seconds, const char **problem)
{
	const char *path = arena_printf(arena, "%s/units", folder);
	const char *words[UNITS][2] = { { NULL } };
	struct placeholder values[] = { { "number", NULL }, { 0 } };
	size_t i = 0;

	if (!read_words(arena, path, words, problem))
		return NULL;
	while (seconds % units[i].seconds != 0)
		i++;
	seconds /= units[i].seconds;
	values[0].value = arena_printf(arena, "%lld", (long long)seconds);
	return template_fill(
	    arena, path, words[i][seconds != 1], values, IN_TEXT, problem);
}
