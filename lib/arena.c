/* arena.c - memory that lives as long as one request. */
#include "arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "secret.h"

#define BLOCK_SIZE ((size_t)16384)
#define ALIGNMENT ((size_t)16)

struct block {
	struct block *next;
	size_t size, used;
	_Alignas(16) unsigned char bytes[];
};

struct deferred {
	struct deferred *next;
	void (*release)(void *);
	void *object;
};

struct arena {
	struct block *blocks; /* the first one is filled; the last one stays */
	struct deferred *deferred;
};

static struct block *block_make(size_t size)
{
	struct block *block = NULL;

	if (size < SIZE_MAX - sizeof *block)
		block = calloc(1, sizeof *block + size);
	if (block == NULL)
		log_fatal("memory: there is none left");
	block->size = size;
	return block;
}

struct arena *arena_open(void)
{
	struct arena *arena = calloc(1, sizeof *arena);

	if (arena == NULL)
		log_fatal("memory: there is none left");
	arena->blocks = block_make(BLOCK_SIZE);
	return arena;
}

void arena_close(struct arena *arena)
{
	if (arena == NULL)
		return;
	arena_reset(arena);
	free(arena->blocks);
	free(arena);
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct block *block = arena->blocks;
	void *bytes = NULL;

	if (size > SIZE_MAX / 2)
		log_fatal("memory: %zu bytes asked for", size);
	size = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	if (size > block->size - block->used) {
		block = block_make(size > BLOCK_SIZE ? size : BLOCK_SIZE);
		block->next = arena->blocks;
		arena->blocks = block;
	}
	bytes = block->bytes + block->used;
	block->used += size;
	return bytes;
}

char *arena_copy(struct arena *arena, const void *bytes, size_t size)
{
	char *copy = arena_alloc(arena, size + 1);

	if (size > 0)
		memcpy(copy, bytes, size);
	return copy;
}

char *arena_string(struct arena *arena, const char *string)
{
	return arena_copy(arena, string, strlen(string));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list arguments, again;
	char *string = NULL;
	int length = 0;

	assert(format != NULL);
	va_start(arguments, format);
	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, arguments);
	if (length < 0)
		log_fatal("memory: a text cannot be formatted");
	string = arena_alloc(arena, (size_t)length + 1);
	vsnprintf(string, (size_t)length + 1, format, again);
	va_end(again);
	va_end(arguments);
	return string;
}

void arena_defer(struct arena *arena, void (*release)(void *), void *object)
{
	struct deferred *deferred = arena_alloc(arena, sizeof *deferred);

	deferred->next = arena->deferred;
	deferred->release = release;
	deferred->object = object;
	arena->deferred = deferred;
}

void arena_reset(struct arena *arena)
{
	struct block *block = NULL;

	while (arena->deferred != NULL) {
		struct deferred *deferred = arena->deferred;

		arena->deferred = deferred->next;
		deferred->release(deferred->object);
	}
	/* Only now: what was deferred may have asked for memory. */
	block = arena->blocks;
	while (block->next != NULL) {
		struct block *next = block->next;

		secret_wipe(block->bytes, block->used);
		free(block);
		block = next;
	}
	secret_wipe(block->bytes, block->used);
	block->used = 0;
	arena->blocks = block;
}
