/* secret_file.h - a new file for a secret. */
#pragma once
#include <stdbool.h>

/*
 * Writes the text into a new file that its owner alone can read (0600), or a
 * group too (0640; NULL: none). A file that exists is never overwritten.
 * Returns false after saying why; then no file is left behind.
 */
bool secret_file_new(const char *path, const char *group, const char *text);
