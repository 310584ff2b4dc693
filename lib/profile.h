/* profile.h - what of a user stands in tokens and answers. */
#pragma once
#include "config.h"
#include "db.h"
#include "reply.h"

/* By enum user_column: text; groups a line each; is_staff as SQL has it. */
struct profile {
	const char *columns[USER_IS_STAFF + 1];
};

/*
 * Reads the first row: subject, username, email, first_name, last_name, groups
 * (null where nobody asks for them) and is_staff. Lives as long as the rows.
 */
struct profile profile_of(const struct rows *rows);

/* The same of another row. */
struct profile profile_at(const struct rows *rows, size_t row);

/*
 * Returns true when the statement has to look for groups: a custom claim or,
 * with `answer`, the answer to a login carries them.
 */
bool profile_needs_groups(const struct config *config, bool answer);

/* Adds a column under this name: a string, a list of strings, or a boolean. */
void profile_reply(struct reply *reply, const char *name,
    const struct profile *profile, enum user_column column);

/* Adds what an account shows of itself: email, id, username, both names. */
void profile_reply_own(struct reply *reply, const struct profile *profile);
