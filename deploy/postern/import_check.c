/* import_check.c - whether a row of an import can be an account here. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "address.h"
#include "identity.h"
#include "import.h"
#include "moment.h"
#include "password.h"

#define NAME_MAX_LENGTH 150 /* code points of a first or last name */
#define GROUPS_MAX 200

enum decision { ANSWER_NO, ANSWER_YES, ANSWER_NONE };

/* "", \N and NULL are what databases write for nothing. */
static bool is_nothing(const char *text)
{
	return *text == '\0' || strcmp(text, "\\N") == 0 ||
	    strcmp(text, "NULL") == 0;
}

static enum decision read_switch(const char *text)
{
	static const char *const yes[] = { "yes", "true", "t", "y", "1", "on" };
	static const char *const no[] = { "no", "false", "f", "n", "0", "off" };

	if (is_nothing(text))
		return ANSWER_NO;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		if (strcasecmp(text, yes[i]) == 0)
			return ANSWER_YES;
		if (strcasecmp(text, no[i]) == 0)
			return ANSWER_NO;
	}
	return ANSWER_NONE;
}

static bool check_switch(const char *text, const char **value)
{
	enum decision answer = text != NULL ? read_switch(text) : ANSWER_NO;

	*value = text == NULL ? NULL : answer == ANSWER_YES ? "t" : "f";
	return answer != ANSWER_NONE;
}

static bool check_moment(
    struct arena *arena, const char *text, const char **value)
{
	*value = NULL;
	if (text == NULL || is_nothing(text))
		return true;
	*value = moment_read(arena, text);
	return *value != NULL;
}

/* A switch, or since when: "" for no, "yes", or a time. */
static bool check_since(
    struct arena *arena, const char *text, const char **value)
{
	enum decision answer = text != NULL ? read_switch(text) : ANSWER_NO;

	*value = NULL;
	if (text == NULL)
		return true;
	if (answer == ANSWER_NONE)
		return check_moment(arena, text, value);
	*value = answer == ANSWER_YES ? "yes" : "";
	return true;
}

static const char *check_identity(struct arena *arena,
    const struct config *config, const char *const *columns,
    const char **values)
{
	const char *id = columns[COLUMN_ID];
	const char *username = columns[COLUMN_USERNAME];
	const char *email = columns[COLUMN_EMAIL];

	if (id != NULL && *id != '\0' && !identity_is_subject(id))
		return "the id is not 1 to 64 letters, digits and . _ @ + -";
	if (id != NULL && !identity_is_own_path(id))
		return "the id is the name of an endpoint or a folder";
	values[VALUE_SUBJECT] = id != NULL && *id != '\0' ? id : NULL;
	values[VALUE_USERNAME] = identity_username(arena, username);
	if (values[VALUE_USERNAME] == NULL)
		return "the username is not one: at most 150 letters, digits "
		       "and @ . + - _ of one script";
	values[VALUE_USERNAME_CANONICAL] = identity_canonical(arena, username);
	if (*email == '\0')
		return "it has no address";
	values[VALUE_EMAIL] = address_shown(arena, email);
	if (values[VALUE_EMAIL] == NULL)
		return "the address is malformed";
	values[VALUE_EMAIL_CANONICAL] = address_canonical(arena, email);
	if (config->login_field != LOGIN_USERNAME &&
	    !identity_is_own_name(
		arena, values[VALUE_USERNAME], values[VALUE_EMAIL]))
		return "a username with @ in it must be the own address, unless "
		       "login_field = username";
	return NULL;
}

static bool check_name(const char *text, const char **value)
{
	*value = text;
	return text == NULL ||
	    (identity_is_name(text) &&
		identity_length(text) <= NAME_MAX_LENGTH);
}

/* Where systems store that nobody can log in; some start it with ! or *. */
static const char *check_password(const char *text, const char **value)
{
	*value = PASSWORD_NONE;
	if (is_nothing(text) || *text == '!' || *text == '*')
		return NULL;
	*value = text;
	return identity_is_plain(text) ? password_stored_fault(text)
				       : "the password hash is no text";
}

static int compare_names(const void *one, const void *other)
{
	return strcmp(*(const char *const *)one, *(const char *const *)other);
}

/* A line each, sorted as the database sorts them, none of them twice. */
static const char *join_names(
    struct arena *arena, const char **names, size_t count)
{
	const char *lines = "";

	qsort(names, count, sizeof *names, compare_names);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || strcmp(names[i], names[i - 1]) != 0)
			lines = arena_printf(arena, "%s%s%s", lines,
			    i > 0 ? "\n" : "", names[i]);
	return lines;
}

/* Names with ; between, blanks around them or not. */
static bool check_groups(
    struct arena *arena, const char *text, const char **value)
{
	const char *names[GROUPS_MAX];
	size_t count = 0;

	*value = NULL;
	if (text == NULL)
		return true;
	while (*text != '\0') {
		size_t size = strcspn(text, ";"), from = strspn(text, " ");
		size_t to = size;

		while (to > from && text[to - 1] == ' ')
			to--;
		if (to > from && count == GROUPS_MAX)
			return false;
		if (to > from) {
			names[count] =
			    arena_copy(arena, text + from, to - from);
			if (!identity_is_group(names[count], to - from))
				return false;
			count++;
		}
		text += size + (text[size] == ';');
	}
	*value = join_names(arena, names, count);
	return true;
}

const char *import_check(struct arena *arena, const struct config *config,
    const char *const columns[IMPORT_COLUMNS], struct import_row *row)
{
	const char **values = row->values;
	const char *fault = check_identity(arena, config, columns, values);

	if (fault == NULL)
		fault = check_password(
		    columns[COLUMN_PASSWORD], &values[VALUE_PASSWORD]);
	if (fault != NULL)
		return fault;
	if (!check_name(
		columns[COLUMN_FIRST_NAME], &values[VALUE_FIRST_NAME]) ||
	    !check_name(columns[COLUMN_LAST_NAME], &values[VALUE_LAST_NAME]))
		return "first and last name are at most 150 characters, none "
		       "of them a control character";
	if (!check_groups(arena, columns[COLUMN_GROUPS], &values[VALUE_GROUPS]))
		return "its groups are not names, 200 at most, each of 1 to "
		       "150 letters, digits, blanks and @ . + - _";
	if (!check_since(
		arena, columns[COLUMN_VERIFIED], &values[VALUE_VERIFIED]) ||
	    !check_since(arena, columns[COLUMN_BANNED], &values[VALUE_BANNED]))
		return "verified and banned are yes, no or a time";
	if (!check_switch(columns[COLUMN_STAFF], &values[VALUE_STAFF]))
		return "staff is yes or no";
	if (!check_moment(
		arena, columns[COLUMN_CREATED], &values[VALUE_CREATED]) ||
	    !check_moment(
		arena, columns[COLUMN_LAST_LOGIN], &values[VALUE_LAST_LOGIN]))
		return "a time is not one: 2024-12-31 23:59:59+00:00";
	return NULL;
}

void import_translate_django(const char *columns[IMPORT_COLUMNS])
{
	const char *active = columns[COLUMN_IS_ACTIVE];
	const char *login = columns[COLUMN_LAST_LOGIN];
	const char *superuser = columns[COLUMN_IS_SUPERUSER];

	/* What is neither yes nor no stays, to be refused. */
	if (active != NULL && read_switch(active) == ANSWER_NO) {
		columns[COLUMN_VERIFIED] = "no";
		columns[COLUMN_BANNED] =
		    login != NULL && !is_nothing(login) ? "yes" : "no";
	} else if (active != NULL) {
		columns[COLUMN_VERIFIED] = active;
		columns[COLUMN_BANNED] = "no";
	}
	columns[COLUMN_STAFF] = columns[COLUMN_IS_STAFF];
	if (superuser != NULL && read_switch(superuser) != ANSWER_NO)
		columns[COLUMN_STAFF] = superuser;
}
