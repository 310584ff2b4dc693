/* account.h - the account that an operator means. */
#pragma once
#include "command.h"

/* The first two parameters of a statement: one of them is NULL. */
struct account {
	const char *canonical; /* the username as it is compared */
	const char *subject;
};

/*
 * Reads NAME: a username in any spelling, or "id:" and a subject.
 * Returns false after saying why.
 */
bool account_named(
    struct context *context, const char *name, struct account *account);

/*
 * Runs a statement on the account that NAME means and sets *rows.
 * Returns DONE, or NOT_DONE after saying why: the statement gives no row when
 * there is no such account.
 */
int account_run(struct context *context, const char *name,
    const struct query *query, const struct rows **rows);

/* Says that there is no such account. Returns NOT_DONE. */
int account_unknown(const char *name);

/* Says why a statement was not done. Returns NOT_DONE. */
int account_failed(enum outcome outcome);
