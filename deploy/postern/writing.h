/* writing.h - files that are written whole or not at all. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "arena.h"

/* Whom a file belongs to; -1: as it comes. */
struct writing {
	mode_t mode;
	uid_t owner;
	gid_t group;
};

/*
 * Makes a file that is not there yet. Returns false with errno; then no file
 * is left behind, but for one that was there.
 */
bool writing_new(const char *path, const struct writing *writing,
    const char *text, size_t size);

/*
 * Puts a file in place of what is there or not: it is written beside it, under
 * a name that begins with a dot, and renamed. Returns false with errno; then
 * nothing has changed.
 */
bool writing_over(struct arena *arena, const char *path,
    const struct writing *writing, const char *text, size_t size);

/*
 * Finds the group of this name; NULL gives -1. Returns false after saying why.
 */
bool writing_group(const char *name, gid_t *group);
