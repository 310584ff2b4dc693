/* options.h - the arguments of a command. */
#pragma once
#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "command.h"

/* Operands of a command: at least and at most. */
struct operands {
	int least, most;
};

/*
 * Reads the options of the table, whose last row is zero: one without a value
 * sets its flag, one with a value sets values[val]; of several the last one
 * counts. Operands start at optind.
 * Returns false after saying why: unknown option, value missing, number of
 * operands.
 */
bool options_read(int argc, char **argv, const struct option *options,
    const char **values, struct operands operands);

/*
 * Reads a whole number of 1 to `most`; NULL stands for `fallback`.
 * Returns false after saying why.
 */
bool options_number(const char *name, const char *text, int64_t most,
    int64_t fallback, int64_t *number);
