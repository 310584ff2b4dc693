/* users_show.c - an account in an answer. */
#include "users.h"

static void reply_time(struct reply *reply, const char *name, const char *time)
{
	if (time != NULL)
		reply_string(reply, name, time);
	else
		reply_null(reply, name);
}

void users_show(
    struct reply *reply, const struct rows *rows, size_t row, bool by_staff)
{
	const struct profile profile = profile_at(rows, row);

	profile_reply_own(reply, &profile);
	if (!by_staff)
		return;
	reply_boolean(reply, "is_active", rows_boolean(rows, row, "is_active"));
	reply_boolean(reply, "is_banned", rows_boolean(rows, row, "is_banned"));
	profile_reply(reply, "is_staff", &profile, USER_IS_STAFF);
	profile_reply(reply, "groups", &profile, USER_GROUPS);
	reply_time(reply, "created", rows_text(rows, row, "created"));
	reply_time(reply, "last_login", rows_text(rows, row, "last_login"));
}
