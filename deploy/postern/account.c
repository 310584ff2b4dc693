/* account.c - the account that an operator means. */
#include "account.h"

#include <string.h>

#include "identity.h"
#include "terminal.h"

#define SUBJECT_PREFIX "id:"

bool account_named(
    struct context *context, const char *name, struct account *account)
{
	*account = (struct account){ NULL, NULL };
	if (!identity_is_utf8(name)) {
		terminal_problem("the name is not UTF-8");
		return false;
	}
	if (strncmp(name, SUBJECT_PREFIX, strlen(SUBJECT_PREFIX)) == 0)
		account->subject = name + strlen(SUBJECT_PREFIX);
	else
		account->canonical = identity_canonical(context->arena, name);
	return true;
}

int account_unknown(const char *name)
{
	terminal_problem("no account has the name \"%s\"", name);
	return NOT_DONE;
}

/* Why there is no database stands in the log already, on standard error. */
int account_failed(enum outcome outcome)
{
	if (outcome == USERNAME_TAKEN)
		terminal_problem("an account with this username exists");
	else if (outcome == EMAIL_TAKEN)
		terminal_problem("a verified account has this address");
	return NOT_DONE;
}

int account_run(struct context *context, const char *name,
    const struct query *query, const struct rows **rows)
{
	struct account account = { 0 };
	enum outcome outcome = OK;

	if (!account_named(context, name, &account))
		return NOT_DONE;
	outcome = DB_RUN(context->db, context->arena, query, rows,
	    account.canonical, account.subject);
	if (outcome != OK)
		return account_failed(outcome);
	return rows_count(*rows) > 0 ? DONE : account_unknown(name);
}
