/*
 * wipe.c - free and realloc that wipe.
 *
 * Foreign libraries free buffers that held passwords and tokens. These
 * definitions stand before the C library's in every program, so that nothing
 * freed keeps its bytes. The sanitizers bring their own.
 */
#ifndef POSTERN_SANITIZED
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* The C library's own, under the names that it exports for this purpose. */
extern void __libc_free(void *memory);

void free(void *memory)
{
	if (memory == NULL)
		return;
	explicit_bzero(memory, malloc_usable_size(memory));
	__libc_free(memory);
}

void *realloc(void *memory, size_t size)
{
	size_t usable = 0;
	void *moved = NULL;

	if (memory == NULL)
		return malloc(size);
	if (size == 0) {
		free(memory);
		return NULL;
	}
	usable = malloc_usable_size(memory);
	if (size <= usable && size >= usable / 2)
		return memory;
	moved = malloc(size);
	if (moved == NULL)
		return NULL;
	memcpy(moved, memory, usable < size ? usable : size);
	free(memory);
	return moved;
}
#else
typedef int wipe_is_left_out;
#endif
