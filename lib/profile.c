/* profile.c - what of a user stands in tokens and answers. */
#include "profile.h"

#include <string.h>

struct profile profile_of(const struct rows *rows)
{
	return profile_at(rows, 0);
}

struct profile profile_at(const struct rows *rows, size_t row)
{
	static const char *const names[] = { "subject", "username", "email",
		"first_name", "last_name", "groups", "is_staff" };
	struct profile profile = { 0 };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		profile.columns[i] = rows_text(rows, row, names[i]);
	return profile;
}

bool profile_needs_groups(const struct config *config, bool answer)
{
	if (config_claims_column(config, USER_GROUPS))
		return true;
	for (config_list name = config->obtain_response; answer && *name;
	     name++)
		if (config_column(*name) == USER_GROUPS)
			return true;
	return false;
}

static void reply_lines(
    struct reply *reply, const char *name, const char *lines)
{
	reply_list(reply, name);
	while (*lines != '\0') {
		size_t length = strcspn(lines, "\n");

		reply_append_bytes(reply, name, lines, length);
		lines += length + (lines[length] == '\n');
	}
}

void profile_reply(struct reply *reply, const char *name,
    const struct profile *profile, enum user_column column)
{
	const char *text = profile->columns[column];

	if (text == NULL)
		text = "";
	if (column == USER_GROUPS)
		reply_lines(reply, name, text);
	else if (column == USER_IS_STAFF)
		reply_boolean(reply, name, *text == 't');
	else
		reply_string(reply, name, text);
}

void profile_reply_own(struct reply *reply, const struct profile *profile)
{
	static const char *const names[] = { "email", "id", "username",
		"first_name", "last_name" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		profile_reply(reply, names[i], profile,
		    (enum user_column)config_column(names[i]));
}
