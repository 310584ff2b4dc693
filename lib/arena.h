/* arena.h - memory that lives as long as one request. */
#pragma once
#include <stddef.h>

struct arena;

/* Returns an empty arena; ends the process when there is no memory. */
struct arena *arena_open(void);

/* Resets the arena and frees it. NULL is fine. */
void arena_close(struct arena *arena);

/*
 * Returns `size` zeroed bytes, aligned for any type. Never NULL: a process
 * without memory ends.
 */
void *arena_alloc(struct arena *arena, size_t size);

/* Returns a copy of `size` bytes with a NUL behind them. */
char *arena_copy(struct arena *arena, const void *bytes, size_t size);

/* Returns a copy of a string. */
char *arena_string(struct arena *arena, const char *string);

/* Returns the formatted string. */
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Calls release(object) at the next reset, the latest deferred first. */
void arena_defer(struct arena *arena, void (*release)(void *), void *object);

/* Runs what was deferred, then wipes and releases all memory of the arena. */
void arena_reset(struct arena *arena);
