/* body.c - the declared fields of a body, validated. */
#include "body.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "body_given.h"
#include "identity.h"

enum body_kind body_kind(const char *media_type)
{
	static const struct {
		const char *name;
		enum body_kind kind;
	} known[] = { { "application/json", BODY_JSON },
		{ "application/x-www-form-urlencoded", BODY_FORM } };
	size_t length = strcspn(media_type, "; \t");

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strlen(known[i].name) == length &&
		    strncasecmp(known[i].name, media_type, length) == 0)
			return known[i].kind;
	return BODY_UNKNOWN;
}

/* The code point of the first lone surrogate that was kept, 0 for none. */
static unsigned surrogate_in(const char *text, size_t size)
{
	for (size_t i = 0; i + 2 < size; i++) {
		const unsigned char *at = (const unsigned char *)text + i;

		if (at[0] == 0xed && at[1] >= 0xa0)
			return 0xd000u | (at[1] & 0x3fu) << 6 | (at[2] & 0x3fu);
	}
	return 0;
}

/* Cuts the blanks at both ends. */
static void trim(struct given *given)
{
	static const char blanks[] = " \t\r\n\f\v";

	while (given->size > 0 &&
	    memchr(blanks, given->text[0], sizeof blanks - 1) != NULL) {
		given->text++;
		given->size--;
	}
	while (given->size > 0 &&
	    memchr(blanks, given->text[given->size - 1], sizeof blanks - 1) !=
		NULL)
		given->size--;
}

/*
 * The value as text without NUL for the checks of a field. A NUL becomes a
 * control character, which no check accepts.
 */
static char *without_nul(struct arena *arena, const struct given *given)
{
	char *text = arena_copy(arena, given->text, given->size);

	for (size_t i = 0; i < given->size; i++)
		if (text[i] == '\0')
			text[i] = '\001';
	return text;
}

static void check_text(struct request *request, const struct field *field,
    const struct given *given, const char **value)
{
	struct arena *arena = request->arena;
	char *text = without_nul(arena, given);
	unsigned surrogate = surrogate_in(given->text, given->size);
	bool is_bytes = (field->flags & FIELD_SECRET) != 0;
	size_t length = is_bytes ? given->size : identity_length(text);

	*value = text;
	if (field->max != 0 && length > field->max)
		request_fault(request, field->name,
		    arena_printf(arena,
			"Ensure this field has no more than %zu %s.",
			field->max, is_bytes ? "bytes" : "characters"));
	else if (field->check != NULL)
		field->check(request, field, text);
	if (memchr(given->text, '\0', given->size) != NULL)
		request_fault(
		    request, field->name, "Null characters are not allowed.");
	if (surrogate != 0)
		request_fault(request, field->name,
		    arena_printf(arena,
			"Surrogate characters are not allowed: U+%X.",
			surrogate));
}

/* The words are those of Django REST framework, in any case. */
static void check_switch(struct request *request, const struct field *field,
    const struct given *given, const char **value)
{
	static const char *const words[] = { "false", "true", "f", "t", "no",
		"yes", "n", "y", "off", "on", "0", "1" };
	const char *text = without_nul(request->arena, given);

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasecmp(text, words[i]) == 0) {
			*value = i % 2 == 1 ? "true" : "";
			return;
		}
	request_fault(request, field->name, "Must be a valid boolean.");
}

void given_append(struct arena *arena, struct given *given, size_t room,
    const char *text, size_t size)
{
	bool is_element = size > 0 && memchr(text, '\0', size) == NULL &&
	    identity_is_plain(arena_copy(arena, text, size));

	if (given->kind == NOT_TEXT || !is_element) {
		given->kind = NOT_TEXT;
		return;
	}
	if (given->lines == NULL)
		given->lines = arena_alloc(arena, room + 1);
	if (given->size > 0)
		given->lines[given->size++] = '\n';
	assert(size <= room - given->size);
	memcpy(given->lines + given->size, text, size);
	given->size += size;
	given->text = given->lines;
	given->kind = LIST;
}

static unsigned flags_of(
    const struct request *request, const struct field *field)
{
	return field->flags |
	    (field->more_flags != NULL ? field->more_flags(request) : 0);
}

/* Says of what is no text, or should be none, what it should have been. */
static const char *expected(unsigned flags)
{
	if ((flags & FIELD_SWITCH) != 0)
		return "Must be a valid boolean.";
	return (flags & FIELD_LIST) != 0 ? "Not a valid list of strings."
					 : "Not a valid string.";
}

/* The kind in which a value counts for a field of these flags. */
static void take_kind(struct given *given, unsigned flags)
{
	bool is_list = (flags & FIELD_LIST) != 0;

	if (given->kind == BOOLEAN)
		given->kind = (flags & FIELD_SWITCH) != 0 ? TEXT : NOT_TEXT;
	if (given->kind == TEXT && is_list)
		given->kind = NOT_TEXT;
	if (given->kind == LIST)
		given->kind = TEXT;
	else if (given->kind == TEXT && (flags & FIELD_SECRET) == 0)
		trim(given);
}

static void check_field(struct request *request, const struct field *field,
    struct given *given, const char **value)
{
	unsigned flags = flags_of(request, field);
	bool is_optional = (flags & FIELD_OPTIONAL) != 0;
	bool is_switch = (flags & FIELD_SWITCH) != 0;

	*value = "";
	if ((flags & FIELD_UNKNOWN) != 0)
		return;
	take_kind(given, flags);
	if (given->kind == MISSING && !is_optional)
		request_fault(request, field->name, "This field is required.");
	else if (given->kind == NULL_VALUE)
		request_fault(
		    request, field->name, "This field may not be null.");
	else if (given->kind == NOT_TEXT)
		request_fault(request, field->name, expected(flags));
	else if (given->kind == TEXT && is_switch && given->size > 0)
		check_switch(request, field, given, value);
	else if (given->kind == TEXT && given->size > 0)
		check_text(request, field, given, value);
	else if (given->kind == TEXT && !is_optional)
		request_fault(
		    request, field->name, "This field may not be blank.");
}

/* It says neither yes nor no. */
static bool is_blank_switch(const struct request *request,
    const struct field *field, const struct given *given)
{
	return (flags_of(request, field) & FIELD_SWITCH) != 0 &&
	    given->kind == TEXT && given->size == 0;
}

static enum outcome check_all(struct request *request, struct given *given)
{
	const struct field *fields = request->fields;

	for (size_t i = 0; fields[i].name != NULL; i++) {
		check_field(
		    request, &fields[i], &given[i], &request->values[i]);
		request->has[i] = given[i].kind != MISSING &&
		    !is_blank_switch(request, &fields[i], &given[i]);
	}
	return request->faults != NULL ? FIELDS_INVALID : OK;
}

enum outcome body_read(
    struct request *request, enum body_kind kind, char *text, size_t size)
{
	struct given given[FIELDS_MAX] = { 0 };
	enum outcome outcome = OK;
	size_t count = 0;

	while (request->fields[count].name != NULL)
		count++;
	assert(count <= FIELDS_MAX);
	if (size > 0 && kind == BODY_JSON)
		outcome = body_json(request, text, size, given);
	else if (size > 0)
		body_form(request, text, size, given);
	return outcome == OK ? check_all(request, given) : outcome;
}
