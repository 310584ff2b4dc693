/*
 * password_rules.c - the rules that a new password must meet.
 *
 * The rules and their sentences are those of Django's validators. The common
 * passwords are the union of the list of Django 3.2.25 (made by Royce
 * Williams; BSD 3-clause) and the longer ones of zxcvbn 4.4.2 (Dropbox, Inc.;
 * MIT): see common_passwords.README.
 */
#include "password.h"

#include <stdint.h>
#include <string.h>

#include "identity.h"

/* lib/common_passwords.txt: sorted by bytes, each line with its newline */
extern const char common_passwords[];
extern const size_t common_passwords_size;

#define COMMON_MAX 64 /* bytes; every line is shorter */

/* Code points. */
struct text {
	uint32_t *points;
	size_t length;
};

static struct text lower(struct arena *arena, const char *string)
{
	struct text text = { NULL, 0 };

	text.points = identity_lower(arena, string, &text.length);
	return text;
}

/* qsort would leave copies of a password in memory that nobody wipes. */
static struct text sorted(struct arena *arena, struct text text)
{
	struct text copy = { NULL, text.length };

	copy.points = arena_alloc(arena, (text.length + 1) * sizeof(uint32_t));
	for (size_t i = 0; i < text.length; i++) {
		size_t place = i;

		for (; place > 0 && copy.points[place - 1] > text.points[i];
		     place--)
			copy.points[place] = copy.points[place - 1];
		copy.points[place] = text.points[i];
	}
	return copy;
}

/*
 * Seven tenths or more of both texts are the same characters, in whatever
 * order; of two sorted texts.
 */
static bool is_like(struct text a, struct text b)
{
	size_t i = 0, j = 0, same = 0;

	while (i < a.length && j < b.length) {
		if (a.points[i] == b.points[j]) {
			same++;
			i++;
			j++;
		} else if (a.points[i] < b.points[j]) {
			i++;
		} else {
			j++;
		}
	}
	return 20 * same >= 7 * (a.length + b.length);
}

/* The attribute as a whole or one of its words; the password is sorted. */
static bool is_similar(
    struct arena *arena, struct text password, const char *attribute)
{
	struct text whole, word;

	if (attribute == NULL || *attribute == '\0')
		return false;
	whole = lower(arena, attribute);
	for (size_t i = 0; i < whole.length; i += word.length + 1) {
		word = (struct text){ whole.points + i, 0 };
		while (i + word.length < whole.length &&
		    identity_is_word(word.points[word.length]))
			word.length++;
		if (is_like(password, sorted(arena, word)))
			return true;
	}
	return is_like(password, sorted(arena, whole));
}

static const char *similarity(
    struct arena *arena, struct text password, const struct person *person)
{
	struct text letters = sorted(arena, password);

	if (is_similar(arena, letters, person->username))
		return "The password is too similar to the username.";
	if (is_similar(arena, letters, person->first_name))
		return "The password is too similar to the first name.";
	if (is_similar(arena, letters, person->last_name))
		return "The password is too similar to the last name.";
	if (is_similar(arena, letters, person->email))
		return "The password is too similar to the email address.";
	return NULL;
}

/* Order of `size` bytes and a line of the list. */
static int compare_line(const char *bytes, size_t size, const char *line)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i] != line[i])
			return line[i] == '\n' || bytes[i] > line[i] ? 1 : -1;
	return line[size] == '\n' ? 0 : -1;
}

static bool is_listed(const char *bytes, size_t size)
{
	size_t low = 0, high = common_passwords_size;

	while (low < high) {
		size_t line = low + (high - low) / 2;
		int order = 0;

		while (line > low && common_passwords[line - 1] != '\n')
			line--;
		order = compare_line(bytes, size, common_passwords + line);
		if (order == 0)
			return true;
		if (order < 0) {
			high = line;
			continue;
		}
		while (common_passwords[line] != '\n')
			line++;
		low = line + 1;
	}
	return false;
}

/* In lower case and without blanks around it, the password is on the list. */
static bool is_common(struct arena *arena, struct text password)
{
	uint32_t *points = password.points;
	size_t length = password.length;
	char *bytes = NULL;

	while (length > 0 && identity_is_space(*points)) {
		points++;
		length--;
	}
	while (length > 0 && identity_is_space(points[length - 1]))
		length--;
	if (length == 0 || length > COMMON_MAX)
		return false;
	bytes = arena_alloc(arena, length);
	for (size_t i = 0; i < length; i++) {
		/* The list is printable ASCII, its lines end by newlines. */
		if (points[i] < ' ' || points[i] > '~')
			return false;
		bytes[i] = (char)points[i];
	}
	return is_listed(bytes, length);
}

static bool is_numeric(struct text password)
{
	for (size_t i = 0; i < password.length; i++)
		if (!identity_is_digit(password.points[i]))
			return false;
	return password.length > 0;
}

size_t password_faults(struct arena *arena, const struct config *config,
    const char *password, const struct person *person,
    const char *faults[PASSWORD_FAULTS_MAX])
{
	const struct text text = lower(arena, password);
	long long least = (long long)config->password_min_length;
	size_t count = 0;

	faults[0] = similarity(arena, text, person);
	if (faults[0] != NULL)
		count++;
	if ((long long)identity_length(password) < least)
		faults[count++] = arena_printf(arena,
		    "This password is too short. It must contain at least "
		    "%lld character%s.",
		    least, least == 1 ? "" : "s");
	if (is_common(arena, text))
		faults[count++] = "This password is too common.";
	if (is_numeric(text))
		faults[count++] = "This password is entirely numeric.";
	return count;
}
