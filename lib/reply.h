/*
 * reply.h - values to JSON text: compact, UTF-8 as it is, names in the order
 * in which they were added. Wraps json-c together with body.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arena.h"

struct reply;

/* Returns an empty object, released with the arena. */
struct reply *reply_open(struct arena *arena);

/* Returns an empty list, whose elements reply_add makes. */
struct reply *reply_open_list(struct arena *arena);

/* Adds an empty object to such a list and returns it. */
struct reply *reply_add(struct reply *list);

void reply_string(struct reply *reply, const char *name, const char *value);
void reply_integer(struct reply *reply, const char *name, int64_t value);
void reply_boolean(struct reply *reply, const char *name, bool value);
void reply_null(struct reply *reply, const char *name);

/* Makes the list `name` where there is none. */
void reply_list(struct reply *reply, const char *name);

/* Adds a string to the list `name`, which is made where there is none. */
void reply_append(struct reply *reply, const char *name, const char *value);

/* The same with a string of `size` bytes. */
void reply_append_bytes(
    struct reply *reply, const char *name, const char *bytes, size_t size);

/* Adds an empty object to the list `name` and returns it. */
struct reply *reply_append_object(struct reply *reply, const char *name);

/* Returns the JSON text; it lives as long as the arena. */
const char *reply_text(struct reply *reply);
