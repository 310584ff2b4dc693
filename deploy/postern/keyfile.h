/*
 * keyfile.h - makes the file of breached passwords: keys in any order, and any
 * number of them, to a file that is sorted. lib/breached.h has its form.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct keyfile;

/*
 * Begins the file PATH.new, to become PATH; holds `memory` bytes of keys, and
 * puts what is more on the disk. Keys that come sorted are written once, others
 * twice.
 * Returns NULL and errno; EWOULDBLOCK: another process is at it.
 */
struct keyfile *keyfile_open(const char *path, size_t memory);

/* Adds a key. Returns false and errno. */
bool keyfile_add(struct keyfile *file, uint64_t key);

/*
 * Sorts, with each key once, and puts the file in its place, whole or not at
 * all. Returns false and errno; sets *count, the number of its keys.
 */
bool keyfile_finish(struct keyfile *file, uint64_t *count);

/* Ends; what is not in its place is removed. */
void keyfile_close(struct keyfile *file);
