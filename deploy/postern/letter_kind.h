/* letter_kind.h - the letters that there are: one table. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "config.h"
#include "query.h"

/*
 * A letter. One without a link has no ticket. A ticket's statement has these
 * parameters: $1 hash, $2 purpose, $3 letter's id, $4 user, $5 epoch, $6 lifetime
 * in seconds; it gives a row unless there must be none.
 */
struct letter_kind {
	const char *template;  /* of its files; the claim says it */
	size_t link, lifetime; /* settings, as offsets into struct config */
	const char *purpose;   /* of its ticket; NULL: it has none */
	const struct query *ticket;
};

/* The last row has no template. */
extern const struct letter_kind letter_kinds[];

/* Returns the row of a template, NULL when there is none. */
const struct letter_kind *letter_kind(const char *template);

/* Returns the setting of its link, NULL for a letter without one. */
const char *letter_kind_link(
    const struct letter_kind *kind, const struct config *config);

/* Returns how long its ticket is good, in seconds; 0 without one. */
int64_t letter_kind_lifetime(
    const struct letter_kind *kind, const struct config *config);
