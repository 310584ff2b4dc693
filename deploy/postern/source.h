/* source.h - where keys are imported from. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "arena.h"

/*
 * Reads a document of another issuer, from an address or a file, and sets
 * *source to how it is called in imported keys. Returns its bytes (in the
 * arena), or NULL after saying why.
 */
char *source_read(
    struct arena *arena, const char *name, const char **source, size_t *size);

/*
 * Returns where the file of an imported key says that it comes from, NULL when
 * it does not say.
 */
const char *source_of(struct arena *arena, const char *path);
