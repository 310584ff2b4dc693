/* user_password.c - adds accounts and sets passwords. */
#include "user_password.h"

#include <string.h>

#include "account.h"
#include "address.h"
#include "answer.h"
#include "breached.h"
#include "identity.h"
#include "options.h"
#include "password.h"
#include "queries.h"
#include "terminal.h"

#define NAME_MAX_LENGTH 150 /* code points of a first or last name */

enum value { EMAIL, SUBJECT, FIRST_NAME, LAST_NAME, VALUES };

/* An account to be. */
struct newcomer {
	const char *username, *canonical, *email, *email_canonical;
	const char *subject; /* NULL: a random one */
	const char *first_name, *last_name;
	bool unverified, staff, force;
};

/* Says what is wrong with a password. Returns true when nothing is. */
static bool is_good(
    struct context *context, const struct person *person, const char *password)
{
	const char *path = context->config->breached_passwords;
	const char *faults[PASSWORD_FAULTS_MAX];
	const char *problem = NULL;
	enum breached breached = BREACHED_NOT;
	size_t count = password_faults(
	    context->arena, context->config, password, person, faults);

	for (size_t i = 0; i < count; i++)
		terminal_problem("%s", faults[i]);
	if (*path != '\0')
		breached =
		    breached_find(context->arena, path, password, &problem);
	if (breached == BREACHED_FOUND)
		terminal_problem(BREACHED_SENTENCE);
	if (breached == BREACHED_UNKNOWN)
		terminal_problem("breached_passwords: %s", problem);
	return count == 0 && breached == BREACHED_NOT;
}

/*
 * Asks for a password and hashes it. Returns the hash, or NULL after saying
 * why there is none.
 */
static const char *ask_hash(
    struct context *context, const struct person *person, bool force)
{
	const char *hash = NULL;
	const char *password = terminal_password(context->arena,
	    arena_printf(
		context->arena, "Password for %s: ", person->username));

	if (password == NULL || (!force && !is_good(context, person, password)))
		return NULL;
	hash = password_hash(context->arena, context->config, password);
	if (hash == NULL)
		terminal_problem("there is no memory for the hash");
	return hash;
}

static const char *fault_of_username(
    struct context *context, const struct newcomer *newcomer)
{
	if (newcomer->username == NULL)
		return "the username is not one: at most 150 letters, digits "
		       "and @ . + - _ of one script";
	if (!newcomer->force &&
	    identity_is_reserved(
		newcomer->canonical, context->config->reserved_usernames))
		return "the username is reserved; --force takes it";
	if (context->config->login_field != LOGIN_USERNAME &&
	    !identity_is_own_name(
		context->arena, newcomer->username, newcomer->email))
		return "a username with @ in it must be the own address, unless "
		       "login_field = username";
	return NULL;
}

static bool is_name(const char *text)
{
	return identity_is_name(text) &&
	    identity_length(text) <= NAME_MAX_LENGTH;
}

/* Returns what is wrong, or NULL. */
static const char *fault_of(
    struct context *context, const struct newcomer *newcomer)
{
	if (newcomer->email == NULL)
		return "the address is malformed";
	if (newcomer->subject != NULL &&
	    !identity_is_subject(newcomer->subject))
		return "the id is not 1 to 64 letters, digits and . _ @ + -";
	if (newcomer->subject != NULL &&
	    !identity_is_own_path(newcomer->subject))
		return "the id is the name of an endpoint or a folder";
	if (!is_name(newcomer->first_name) || !is_name(newcomer->last_name))
		return "first and last name are at most 150 characters, none "
		       "of them a control character";
	return fault_of_username(context, newcomer);
}

static int insert(
    struct context *context, const struct newcomer *newcomer, const char *hash)
{
	const struct rows *rows = NULL;
	struct reply *reply = reply_open(context->arena);
	enum outcome outcome =
	    DB_RUN(context->db, context->arena, &query_operator_user_add, &rows,
		newcomer->subject, newcomer->username, newcomer->canonical,
		newcomer->email, newcomer->email_canonical,
		newcomer->first_name, newcomer->last_name, hash,
		db_boolean(!newcomer->unverified), db_boolean(newcomer->staff));

	if (outcome != OK)
		return account_failed(outcome);
	if (rows_text(rows, 0, "id") == NULL) {
		if (rows_boolean(rows, 0, "address_taken"))
			return account_failed(EMAIL_TAKEN);
		terminal_problem("an account with this id exists");
		return NOT_DONE;
	}
	reply_string(reply, "id", rows_text(rows, 0, "id"));
	reply_string(reply, "username", rows_text(rows, 0, "username"));
	reply_string(reply, "email", rows_text(rows, 0, "email"));
	answer_print(context, reply, rows_text(rows, 0, "id"));
	return DONE;
}

static int add(struct context *context, struct newcomer *newcomer)
{
	const struct person person = { newcomer->username, newcomer->first_name,
		newcomer->last_name, newcomer->email };
	const char *fault = fault_of(context, newcomer);
	const char *hash = NULL;

	if (fault != NULL) {
		terminal_problem("%s", fault);
		return NOT_DONE;
	}
	hash = ask_hash(context, &person, newcomer->force);
	return hash != NULL ? insert(context, newcomer, hash) : NOT_DONE;
}

int user_add(struct context *context, int argc, char **argv)
{
	int unverified = 0, staff = 0, force = 0;
	const struct option options[] = {
		{ "email", required_argument, NULL, EMAIL },
		{ "subject", required_argument, NULL, SUBJECT },
		{ "first-name", required_argument, NULL, FIRST_NAME },
		{ "last-name", required_argument, NULL, LAST_NAME },
		{ "unverified", no_argument, &unverified, 1 },
		{ "staff", no_argument, &staff, 1 },
		{ "force", no_argument, &force, 1 },
		{ 0 },
	};
	const char *values[VALUES] = { NULL, NULL, "", "" };
	struct arena *arena = context->arena;
	struct newcomer newcomer = { 0 };

	if (!options_read(
		argc, argv, options, values, (struct operands){ 1, 1 }))
		return WRONG_USAGE;
	if (values[EMAIL] == NULL) {
		terminal_problem("--email is missing");
		return WRONG_USAGE;
	}
	newcomer.username = identity_username(arena, argv[optind]);
	newcomer.canonical = identity_canonical(arena, argv[optind]);
	newcomer.email = address_shown(arena, values[EMAIL]);
	newcomer.email_canonical = address_canonical(arena, values[EMAIL]);
	newcomer.subject = values[SUBJECT];
	newcomer.first_name = values[FIRST_NAME];
	newcomer.last_name = values[LAST_NAME];
	newcomer.unverified = unverified;
	newcomer.staff = staff;
	newcomer.force = force;
	return add(context, &newcomer);
}

int user_password(struct context *context, int argc, char **argv)
{
	int force = 0;
	const struct option options[] = {
		{ "force", no_argument, &force, 1 },
		{ 0 },
	};
	const struct rows *rows = NULL;
	struct reply *answer = answer_open(context);
	struct person person = { 0 };
	struct account account = { 0 };
	const char *hash = NULL;
	enum outcome outcome = OK;
	int result = DONE;

	if (!options_read(argc, argv, options, NULL, (struct operands){ 1, 1 }))
		return WRONG_USAGE;
	result = account_run(
	    context, argv[optind], &query_operator_user_show, &rows);
	if (result != DONE)
		return result;
	person.username = rows_text(rows, 0, "username");
	person.first_name = rows_text(rows, 0, "first_name");
	person.last_name = rows_text(rows, 0, "last_name");
	person.email = rows_text(rows, 0, "email");
	/* The account itself, whatever its name becomes meanwhile. */
	account.subject = rows_text(rows, 0, "id");
	hash = ask_hash(context, &person, force);
	if (hash == NULL)
		return NOT_DONE;
	outcome =
	    DB_RUN(context->db, context->arena, &query_operator_user_password,
		&rows, account.canonical, account.subject, hash,
		db_boolean(*context->config->on_password_changed != '\0'));
	if (outcome != OK)
		return account_failed(outcome);
	if (rows_count(rows) == 0)
		return account_unknown(argv[optind]);
	reply_string(answer, "id", rows_text(rows, 0, "id"));
	answer_print(
	    context, answer, "the password is set; all sessions are ended");
	return DONE;
}
