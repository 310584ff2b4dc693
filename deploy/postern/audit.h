/* audit.h - entries of the audit log: which are meant, and how they look. */
#pragma once
#include "account.h"
#include "command.h"

/* Which entries: NULL for all. */
struct audit_filter {
	struct account account;
	const char *event;
	const char *since; /* seconds since 1970 as text */
	int64_t limit;
};

/* Prints an entry as one line: text, or a JSON object. */
void audit_line(
    const struct context *context, const struct rows *rows, size_t row);

/*
 * Prints the last entries, and then each one as soon as it is there, until
 * SIGINT or SIGTERM. While the database is away it waits. Returns the exit
 * status.
 */
int audit_follow(struct context *context, const struct audit_filter *filter);

/* Runs the statement that lists them. */
enum outcome audit_entries(struct context *context, struct arena *arena,
    const struct audit_filter *filter, const struct rows **rows);
