/* check_environment.c - looks for variables that were meant as settings. */
#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "terminal.h"

#define PREFIX "POSTERN_"

/* A variable's name without the prefix, and whether it is a setting's. */
struct variable {
	const char *name;
	size_t length;
	bool is_known;
};

static void compare(
    void *context, const char *name, const char *fallback, const char *help)
{
	struct variable *variable = context;
	size_t i = 0;

	(void)fallback;
	(void)help;
	while (i < variable->length &&
	    variable->name[i] == toupper((unsigned char)name[i]))
		i++;
	/* "claim.NAME" is any POSTERN_CLAIM_NAME. */
	if ((i == variable->length && name[i] == '\0') ||
	    (name[i] == '.' && i + 1 < variable->length &&
		variable->name[i] == '_'))
		variable->is_known = true;
}

void check_environment(struct context *context, struct report *report)
{
	struct arena *arena = context->arena;

	for (char **entry = environ; *entry != NULL; entry++) {
		size_t length = strcspn(*entry, "=");
		struct variable variable = { *entry + strlen(PREFIX),
			length - strlen(PREFIX), false };
		const char *name = NULL;

		if (strncmp(*entry, PREFIX, strlen(PREFIX)) != 0)
			continue;
		name = arena_copy(arena, *entry, length);
		config_describe(compare, &variable);
		if (!variable.is_known && strcmp(name, "POSTERN_CONFIG") != 0)
			report_add(report, "environment", WARNING,
			    arena_printf(arena,
				"%s is no setting; postern settings lists them",
				terminal_printable(arena, name)));
	}
}
