/* config_fixture.h - a configuration's file, made for each test. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "secret.h"

static char path[] = "/tmp/postern-config-XXXXXX";

static inline void write_file(const char *text, mode_t mode)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static inline const struct config *load(struct arena *arena, const char *text,
    char *const *environment, const char **problems)
{
	write_file(text, 0640);
	return config_load(arena, path, environment, problems);
}

static inline int make_file(void **state)
{
	int file = mkstemp(path);

	(void)state;
	secret_init();
	return file < 0 ? 1 : close(file);
}

static inline int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}
