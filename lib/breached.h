/*
 * breached.h - passwords that are known from breaches: a sorted file of short
 * hashes, looked up where it lies.
 *
 * The file is 16 bytes "postern-breached", its version (1) and the number of
 * its keys, each in 8 bytes; then the keys, ascending, none twice. A key is the
 * first 8 bytes of the SHA-1 of a password as it is typed, in UTF-8. Numbers
 * have the highest byte first.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "arena.h"
#include "sha1.h"

#define BREACHED_HEAD_SIZE 32
#define BREACHED_KEY_SIZE 8
#define BREACHED_SENTENCE "This password has been found in a data breach."

enum breached { BREACHED_NOT, BREACHED_FOUND, BREACHED_UNKNOWN };

/*
 * Looks a password up, in some thirty reads and no memory of its own. One of
 * 2^64 / count that are not on the list is taken for one that is.
 * Returns BREACHED_UNKNOWN and sets *problem (in the arena) when the file
 * cannot be read or is damaged.
 */
enum breached breached_find(struct arena *arena, const char *path,
    const char *password, const char **problem);

/*
 * Looks whether a file is such a list: its head, its size, the order of a
 * thousand keys.
 * Returns the number of its keys; -1 and sets *problem (in the arena) when it
 * is none.
 */
int64_t breached_count(
    struct arena *arena, const char *path, const char **problem);

/* Writes what a list of so many keys begins with. */
void breached_head(unsigned char head[BREACHED_HEAD_SIZE], uint64_t count);

/* A number in 8 bytes, and back: a key and the beginning of its hash. */
void breached_bytes(unsigned char bytes[BREACHED_KEY_SIZE], uint64_t number);
uint64_t breached_number(const unsigned char bytes[BREACHED_KEY_SIZE]);
