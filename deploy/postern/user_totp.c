/* user_totp.c - shows and ends two-step login of an account. */
#include "user_totp.h"

#include <inttypes.h>

#include "account.h"
#include "answer.h"
#include "options.h"
#include "queries.h"

static int show(struct context *context, const char *name)
{
	const struct rows *rows = NULL;
	struct reply *answer = NULL;
	bool is_enabled = false;
	int64_t left = 0;
	int result =
	    account_run(context, name, &query_operator_user_totp, &rows);

	if (result != DONE)
		return result;
	is_enabled = rows_boolean(rows, 0, "is_enabled");
	left = rows_integer(rows, 0, "recovery_codes_left");
	answer = reply_open(context->arena);
	reply_boolean(answer, "enabled", is_enabled);
	reply_integer(answer, "recovery_codes_left", left);
	answer_print(context, answer,
	    is_enabled
		? arena_printf(context->arena,
		      "two-step login is on; recovery codes left: %" PRId64,
		      left)
		: "two-step login is off");
	return DONE;
}

static int end(struct context *context, const char *name)
{
	const struct rows *rows = NULL;
	struct reply *answer = answer_open(context);
	bool is_changed = false;
	int result =
	    account_run(context, name, &query_operator_user_totp_off, &rows);

	if (result != DONE)
		return result;
	is_changed = rows_boolean(rows, 0, "changed");
	reply_boolean(answer, "changed", is_changed);
	answer_print(context, answer,
	    is_changed ? "two-step login is ended"
		       : "two-step login is off already");
	return DONE;
}

int user_totp(struct context *context, int argc, char **argv)
{
	int off = 0;
	const struct option options[] = {
		{ "off", no_argument, &off, 1 },
		{ 0 },
	};

	if (!options_read(argc, argv, options, NULL, (struct operands){ 1, 1 }))
		return WRONG_USAGE;
	return off ? end(context, argv[optind]) : show(context, argv[optind]);
}
