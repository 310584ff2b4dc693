/* forms_fixture.h - texts and the form that a function gives them. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"

static int open_arena(void **state)
{
	*state = arena_open();
	return 0;
}

static int close_arena(void **state)
{
	arena_close(*state);
	return 0;
}

static char *repeat(struct arena *arena, const char *unit, size_t count)
{
	size_t size = strlen(unit);
	char *text = arena_alloc(arena, size * count + 1);

	for (size_t i = 0; i < count; i++)
		memcpy(text + i * size, unit, size);
	return text;
}

struct form {
	const char *rule, *text, *shown; /* NULL: refused */
};

static void check_forms(struct arena *arena,
    const char *(*form)(struct arena *, const char *), const struct form *cases,
    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *shown = form(arena, cases[i].text);

		if (cases[i].shown == NULL && shown != NULL)
			fail_msg("%s: accepted as %s", cases[i].rule, shown);
		if (cases[i].shown != NULL && shown == NULL)
			fail_msg("%s: refused", cases[i].rule);
		if (shown != NULL && strcmp(shown, cases[i].shown) != 0)
			fail_msg("%s: %s", cases[i].rule, shown);
	}
}

#define CHECK_FORMS(arena, form, cases) \
	check_forms((arena), (form), (cases), sizeof(cases) / sizeof *(cases))
