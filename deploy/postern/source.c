/* source.c - where keys are imported from. */
#include "source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "terminal.h"

#define DOCUMENT_MAX (256 << 10) /* bytes */
#define SOURCE_MAX 4096
#define MARK "# "

/* Returns what is wrong, or NULL. */
static const char *read_file(const char *path, char *bytes, size_t *size)
{
	FILE *file = fopen(path, "re");
	const char *fault = NULL;

	if (file == NULL)
		return strerror(errno);
	*size = fread(bytes, 1, DOCUMENT_MAX + 1, file);
	if (ferror(file))
		fault = strerror(errno);
	else if (*size > DOCUMENT_MAX)
		fault = "it is longer than 262144 bytes";
	fclose(file);
	return fault;
}

/* The same file has one name, from wherever it is named. */
static char *from_file(struct arena *arena, const char *name,
    const char **source, size_t *size, const char **problem)
{
	char *bytes = arena_alloc(arena, DOCUMENT_MAX + 2);
	char *whole = realpath(name, NULL);

	*source = terminal_printable(arena, whole != NULL ? whole : name);
	free(whole);
	*problem = read_file(name, bytes, size);
	return *problem == NULL ? bytes : NULL;
}

char *source_read(
    struct arena *arena, const char *name, const char **source, size_t *size)
{
	const char *problem = NULL;
	char *bytes = NULL;

	if (strstr(name, "://") != NULL) {
		*source = terminal_printable(arena, name);
		bytes = fetch(arena, name, DOCUMENT_MAX, size, &problem);
	} else {
		bytes = from_file(arena, name, source, size, &problem);
	}
	if (bytes != NULL && strlen(*source) + strlen(MARK) >= SOURCE_MAX) {
		problem = "its name is too long";
		bytes = NULL;
	}
	if (bytes == NULL)
		terminal_problem("%s: %s", *source, problem);
	return bytes;
}

const char *source_of(struct arena *arena, const char *path)
{
	FILE *file = fopen(path, "re");
	char line[SOURCE_MAX] = "";
	bool is_read = file != NULL && fgets(line, sizeof line, file) != NULL;

	if (file != NULL)
		fclose(file);
	if (!is_read || strncmp(line, MARK, strlen(MARK)) != 0)
		return NULL;
	return arena_copy(
	    arena, line + strlen(MARK), strcspn(line + strlen(MARK), "\r\n"));
}
