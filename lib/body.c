/* body.c - JSON or form text to the declared, validated fields. */
#include "body.h"

#include <assert.h>
#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <json-c/json.h>

#include "identity.h"
#include "json.h"

/* A value as it came. */
struct given {
	enum { MISSING, NULL_VALUE, NOT_TEXT, BOOLEAN, TEXT } kind;
	const char *text;
	size_t size; /* bytes; there may be NUL among them */
};

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

/* The value of four hex digits, -1 when they are not. */
static int hex4(const char *text)
{
	int value = 0;

	for (int i = 0; i < 4; i++) {
		int c = tolower((unsigned char)text[i]);

		if (!isxdigit(c))
			return -1;
		value = value * 16 + (c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return value;
}

static bool is_within(int value, int first, int last)
{
	return value >= first && value <= last;
}

/*
 * Replaces escapes of lone surrogates by the three bytes that UTF-8 would
 * give them if it allowed them: json-c would lose them, and valid text cannot
 * hold these bytes. Returns the new size.
 */
static size_t keep_surrogates(char *text, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < size;) {
		int code = -1;

		if (text[i] != '\\' || i + 1 == size) {
			text[used++] = text[i++];
			continue;
		}
		if (text[i + 1] == 'u')
			code = hex4(text + i + 2);
		if (is_within(code, 0xd800, 0xdbff) && text[i + 6] == '\\' &&
		    text[i + 7] == 'u' &&
		    is_within(hex4(text + i + 8), 0xdc00, 0xdfff)) {
			memmove(text + used, text + i, 12);
			used += 12;
			i += 12;
		} else if (is_within(code, 0xd800, 0xdfff)) {
			text[used++] = (char)(0xe0 | code >> 12);
			text[used++] = (char)(0x80 | (code >> 6 & 0x3f));
			text[used++] = (char)(0x80 | (code & 0x3f));
			i += 6;
		} else {
			text[used++] = text[i++];
			text[used++] = text[i++];
		}
	}
	text[used] = '\0';
	return used;
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

/* What Python, and so the clients of the contract, call a JSON value. */
static const char *python_type(const struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_boolean:
		return "bool";
	case json_type_int:
		return "int";
	case json_type_double:
		return "float";
	case json_type_string:
		return "str";
	default:
		return "list";
	}
}

static struct given given_by(struct json_object *value)
{
	struct given given = { .kind = TEXT };

	switch (json_object_get_type(value)) {
	case json_type_null:
		given.kind = NULL_VALUE;
		return given;
	case json_type_string:
		given.text = json_object_get_string(value);
		given.size = (size_t)json_object_get_string_len(value);
		return given;
	case json_type_int:
		/* json-c cuts what does not fit: that is not what came */
		if (json_object_get_uint64(value) == UINT64_MAX ||
		    json_object_get_int64(value) == INT64_MIN) {
			given.kind = NOT_TEXT;
			return given;
		}
		given.text = json_object_get_string(value);
		given.size = strlen(given.text);
		return given;
	case json_type_double:
		given.text = json_object_get_string(value);
		given.size = strlen(given.text);
		return given;
	case json_type_boolean:
		given.kind = BOOLEAN;
		given.text = json_object_get_boolean(value) ? "true" : "false";
		given.size = strlen(given.text);
		return given;
	default:
		given.kind = NOT_TEXT;
		return given;
	}
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

static void check_field(struct request *request, const struct field *field,
    struct given *given, const char **value)
{
	unsigned flags = field->flags |
	    (field->more_flags != NULL ? field->more_flags(request) : 0);
	bool is_optional = (flags & FIELD_OPTIONAL) != 0;
	bool is_switch = (flags & FIELD_SWITCH) != 0;

	*value = "";
	if ((flags & FIELD_UNKNOWN) != 0)
		return;
	if (given->kind == BOOLEAN)
		given->kind = is_switch ? TEXT : NOT_TEXT;
	if (given->kind == TEXT && (flags & FIELD_SECRET) == 0)
		trim(given);
	if (given->kind == MISSING && !is_optional)
		request_fault(request, field->name, "This field is required.");
	else if (given->kind == NULL_VALUE)
		request_fault(
		    request, field->name, "This field may not be null.");
	else if (given->kind == NOT_TEXT)
		request_fault(request, field->name,
		    is_switch ? "Must be a valid boolean."
			      : "Not a valid string.");
	else if (given->kind == TEXT && is_switch && given->size > 0)
		check_switch(request, field, given, value);
	else if (given->kind == TEXT && given->size > 0)
		check_text(request, field, given, value);
	else if (given->kind == TEXT && !is_optional)
		request_fault(
		    request, field->name, "This field may not be blank.");
}

static enum outcome check_all(struct request *request, struct given *given)
{
	const struct field *fields = request->fields;

	for (size_t i = 0; fields[i].name != NULL; i++)
		check_field(
		    request, &fields[i], &given[i], &request->values[i]);
	return request->faults != NULL ? FIELDS_INVALID : OK;
}

static void release(void *object)
{
	json_object_put(object);
}

static enum outcome read_json(
    struct request *request, char *text, size_t size, struct given *given)
{
	struct arena *arena = request->arena;
	const char *wrong = json_check(arena, text, size);
	struct json_tokener *tokener = NULL;
	struct json_object *object = NULL, *value = NULL;

	if (wrong != NULL) {
		request->argument =
		    arena_printf(arena, "JSON parse error - %s", wrong);
		return BODY_MALFORMED;
	}
	size = keep_surrogates(text, size);
	tokener = json_tokener_new_ex(JSON_DEPTH_MAX + 1);
	if (tokener == NULL)
		return UNAVAILABLE;
	/* The NUL behind the text ends a number that stands alone. */
	object = json_tokener_parse_ex(tokener, text, (int)size + 1);
	wrong = json_tokener_get_error(tokener) == json_tokener_success
	    ? NULL
	    : "JSON parse error - not understood";
	json_tokener_free(tokener);
	arena_defer(arena, release, object);
	if (wrong != NULL) {
		request->argument = wrong;
		return BODY_MALFORMED;
	}
	if (object == NULL)
		return NULL_BODY;
	if (!json_object_is_type(object, json_type_object)) {
		request->argument = python_type(object);
		return NOT_AN_OBJECT;
	}
	for (size_t i = 0; request->fields[i].name != NULL; i++)
		if (json_object_object_get_ex(
			object, request->fields[i].name, &value))
			given[i] = given_by(value);
	return OK;
}

/* Decodes name or value of a form in place (WHATWG URL section 5.1). */
static size_t decode(char *text, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < size; i++) {
		char c = text[i];

		if (c == '+') {
			c = ' ';
		} else if (c == '%' && i + 2 < size &&
		    isxdigit((unsigned char)text[i + 1]) &&
		    isxdigit((unsigned char)text[i + 2])) {
			char pair[5] = { '0', '0', text[i + 1], text[i + 2] };

			c = (char)hex4(pair);
			i += 2;
		}
		text[used++] = c;
	}
	return used;
}

/* Of a name that comes more than once, the last value counts. */
static void read_form(
    const struct request *request, char *text, size_t size, struct given *given)
{
	char *end = text + size;

	while (text < end) {
		char *stop = memchr(text, '&', (size_t)(end - text));
		char *equals = NULL, *value = NULL;
		size_t name_size = 0, value_size = 0;

		if (stop == NULL)
			stop = end;
		equals = memchr(text, '=', (size_t)(stop - text));
		value = equals != NULL ? equals + 1 : stop;
		name_size =
		    decode(text, (size_t)((equals ? equals : stop) - text));
		value_size = decode(value, (size_t)(stop - value));
		for (size_t i = 0; request->fields[i].name != NULL; i++)
			if (strlen(request->fields[i].name) == name_size &&
			    memcmp(request->fields[i].name, text, name_size) ==
				0)
				given[i] =
				    (struct given){ TEXT, value, value_size };
		text = stop + 1;
	}
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
		outcome = read_json(request, text, size, given);
	else if (size > 0)
		read_form(request, text, size, given);
	return outcome == OK ? check_all(request, given) : outcome;
}
