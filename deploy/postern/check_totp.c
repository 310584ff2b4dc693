/* check_totp.c - looks at the key of two-step login. */
#include <errno.h>
#include <unistd.h>

#include "check.h"
#include "queries.h"
#include "seal.h"

#define SECRETS_MAX 10000 /* that are tried */

/* How many of the secrets the key does not open. */
static size_t count_closed(
    struct arena *arena, const struct seal_key *key, const struct rows *secrets)
{
	size_t count = 0, size = 0;

	for (size_t i = 0; i < rows_count(secrets); i++)
		if (seal_open(arena, key, rows_text(secrets, i, "id"),
			rows_text(secrets, i, "secret"), &size) == NULL)
			count++;
	return count;
}

static void check_secrets(
    struct context *context, struct report *report, const struct seal_key *key)
{
	struct arena *arena = context->arena;
	const struct rows *secrets = NULL;
	size_t closed = 0;

	/* What is wrong with the database is a finding of its own. */
	if (DB_RUN(context->db, arena, &query_operator_totp_secrets, &secrets,
		db_integer(arena, SECRETS_MAX)) != OK)
		return;
	closed = key != NULL ? count_closed(arena, key, secrets)
			     : rows_count(secrets);
	if (closed > 0)
		report_add(report, "totp_key", PROBLEM,
		    arena_printf(arena,
			"accounts whose two-step login it does not open: %zu; "
			"they log in with recovery codes alone; set totp_key to "
			"the key that was used",
			closed));
}

void check_totp(struct context *context, struct report *report, bool has_schema)
{
	struct arena *arena = context->arena;
	const char *path = context->config->totp_key, *problem = NULL;
	const struct seal_key *key = NULL;

	if (*path != '\0' && access(path, F_OK) != 0 && errno == ENOENT) {
		report_add(report, "totp_key", PROBLEM,
		    arena_printf(arena,
			"%s does not exist; run postern key new --algorithm HS256 %s",
			path, path));
	} else if (*path != '\0') {
		key = seal_key_read(arena, path, &problem);
		report_add(report, "totp_key", key != NULL ? FINE : PROBLEM,
		    key != NULL ? path : problem);
	}
	if (has_schema && (key != NULL || *path == '\0'))
		check_secrets(context, report, key);
}
