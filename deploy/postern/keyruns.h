/*
 * keyruns.h - sorted runs of keys in a file, and their merging; for keyfile
 * alone.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The runs of a file, one behind the other behind the room for its head. */
struct keyruns {
	uint64_t *ends; /* of each run: the number of keys up to there */
	size_t count;
	uint64_t last; /* the key that was written last */
};

/*
 * Writes ascending keys, each once, to the end of the file: on to the last run
 * where they fit, else as one of their own. They are changed on the way.
 * Returns false and errno.
 */
bool keyruns_add(struct keyruns *runs, int file, uint64_t *keys, size_t count);

/*
 * Writes the keys of all runs of one file as a single run of another, each
 * once. Returns false and errno.
 */
bool keyruns_merge(struct keyruns *runs, int from, int to);

/* The number of keys in all runs. */
uint64_t keyruns_total(const struct keyruns *runs);

void keyruns_free(struct keyruns *runs);
