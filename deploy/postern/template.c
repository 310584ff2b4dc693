/* template.c - texts with {placeholders}: letters and the links in them. */
#include "template.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "identity.h"

#define FILE_MAX ((size_t)262144)

/* A text that grows. */
struct growing {
	struct arena *arena;
	char *text;
	size_t used, size;
};

static void add(struct growing *growing, const char *bytes, size_t size)
{
	if (size >= growing->size - growing->used) {
		size_t larger = 2 * growing->size + size + 1;
		char *text = arena_alloc(growing->arena, larger);

		if (growing->used > 0)
			memcpy(text, growing->text, growing->used);
		growing->text = text;
		growing->size = larger;
	}
	memcpy(growing->text + growing->used, bytes, size);
	growing->used += size;
}

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~", c) != NULL);
}

static const char *reference(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static void add_value(
    struct growing *growing, const char *value, enum surroundings surroundings)
{
	for (; *value != '\0'; value++) {
		const char *instead = NULL;
		char percent[4];

		if (surroundings == IN_URL && !is_unreserved(*value)) {
			snprintf(percent, sizeof percent, "%%%02X",
			    (unsigned)(unsigned char)*value);
			instead = percent;
		} else if (is_control(*value)) {
			instead = " ";
		} else if (surroundings == IN_HTML) {
			instead = reference(*value);
		}
		if (instead != NULL)
			add(growing, instead, strlen(instead));
		else
			add(growing, value, 1);
	}
}

/* Length of the name in "{name}" at `text`; 0 when none stands there. */
static size_t name_length(const char *text)
{
	size_t length = strspn(text + 1, "abcdefghijklmnopqrstuvwxyz_");

	return text[length + 1] == '}' ? length : 0;
}

static const struct placeholder *find(
    const struct placeholder *values, const char *name, size_t length)
{
	for (; values->name != NULL; values++)
		if (strlen(values->name) == length &&
		    memcmp(values->name, name, length) == 0)
			return values;
	return NULL;
}

const char *template_fill(struct arena *arena, const char *origin,
    const char *text, const struct placeholder *values,
    enum surroundings surroundings, const char **problem)
{
	struct growing growing = { .arena = arena };
	int line = 1;

	while (*text != '\0') {
		size_t length = *text == '{' ? name_length(text) : 0;
		const struct placeholder *found = NULL;

		if (length == 0) {
			line += *text == '\n';
			add(&growing, text++, 1);
			continue;
		}
		found = find(values, text + 1, length);
		if (found == NULL || found->value == NULL) {
			*problem = arena_printf(arena, "%s:%d: {%.*s}: %s",
			    origin, line, (int)length, text + 1,
			    found == NULL ? "unknown placeholder"
					  : "has no value in this letter");
			return NULL;
		}
		add_value(&growing, found->value, surroundings);
		text += length + 2;
	}
	add(&growing, "", 1);
	return growing.text;
}

static const char *read_file(
    struct arena *arena, const char *path, const char **problem)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;
	bool is_whole = false;

	if (file == NULL) {
		*problem = arena_printf(
		    arena, "%s: cannot be read: %s", path, strerror(errno));
		return NULL;
	}
	text = arena_alloc(arena, FILE_MAX + 1);
	size = fread(text, 1, FILE_MAX + 1, file);
	is_whole = !ferror(file);
	fclose(file);
	if (!is_whole || size > FILE_MAX || strlen(text) != size) {
		*problem = arena_printf(arena,
		    "%s: is not a text of at most %zu bytes", path, FILE_MAX);
		return NULL;
	}
	return text;
}

const char *template_text(
    struct arena *arena, const char *path, const char **problem)
{
	const char *text = read_file(arena, path, problem);

	if (text == NULL || identity_is_utf8(text))
		return text;
	*problem = arena_printf(arena, "%s: is not UTF-8", path);
	return NULL;
}
