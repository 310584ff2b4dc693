/* array.c - lists of texts as one parameter of a statement. */
#include "array.h"

#include <string.h>

/* In quotes, so that no text has a meaning of its own (PostgreSQL, 8.15.6). */
static char *quote(char *to, const char *value)
{
	*to++ = '"';
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			*to++ = '\\';
		*to++ = *value;
	}
	*to++ = '"';
	return to;
}

static char *put(char *to, const char *text)
{
	size_t size = strlen(text);

	memcpy(to, text, size);
	return to + size;
}

const char *array_text(
    struct arena *arena, const char *const *values, size_t count)
{
	size_t size = 3;
	char *text = NULL, *to = NULL;

	for (size_t i = 0; i < count; i++)
		size += values[i] != NULL ? 2 * strlen(values[i]) + 3 : 5;
	text = to = arena_alloc(arena, size);
	*to++ = '{';
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			*to++ = ',';
		to = values[i] != NULL ? quote(to, values[i]) : put(to, "NULL");
	}
	*to++ = '}';
	*to = '\0';
	return text;
}
