/* array.h - lists of texts as one parameter of a statement. */
#pragma once
#include <stddef.h>
#include "arena.h"

/* Returns the texts as PostgreSQL writes a text[]; NULL stands for null. */
const char *array_text(
    struct arena *arena, const char *const *values, size_t count);
