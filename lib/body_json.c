/* body_json.c - the fields of a JSON text. */
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include <json-c/json.h>

#include "body_given.h"
#include "json.h"

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

/* The elements of an array; NOT_TEXT when one of them is no string. */
static struct given list_by(
    struct arena *arena, struct json_object *array, size_t room)
{
	struct given given = { .kind = LIST };

	for (size_t i = 0; i < json_object_array_length(array); i++) {
		struct json_object *element =
		    json_object_array_get_idx(array, i);

		if (!json_object_is_type(element, json_type_string))
			return (struct given){ .kind = NOT_TEXT };
		given_append(arena, &given, room,
		    json_object_get_string(element),
		    (size_t)json_object_get_string_len(element));
	}
	return given;
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

static bool is_list(const struct field *field, struct json_object *value)
{
	return (field->flags & FIELD_LIST) != 0 &&
	    json_object_is_type(value, json_type_array);
}

static void release(void *object)
{
	json_object_put(object);
}

enum outcome body_json(
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
			given[i] = is_list(&request->fields[i], value)
			    ? list_by(arena, value, size)
			    : given_by(value);
	return OK;
}
