/* fetch.h - a small document of another site. Wraps curl, as http does. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "arena.h"

/*
 * Fetches the document by https, or by http from this machine; within ten
 * seconds, without following a redirect. No proxy and no logins of the
 * environment are used. Returns its `size` bytes (in the arena) with a NUL
 * behind them, or NULL and sets *problem: also when it is longer than `limit`.
 */
char *fetch(struct arena *arena, const char *url, size_t limit, size_t *size,
    const char **problem);
