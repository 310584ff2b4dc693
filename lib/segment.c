/* segment.c - one segment of a token and its typed members. */
#include "segment.h"

#include <math.h>
#include <string.h>

#include <json-c/json.h>

#include "json.h"

#define EXACT_MAX (INT64_C(1) << 53)

/* A segment is json-c's own object; the name only hides whose it is. */
static struct json_object *member(
    const struct segment *segment, const char *name)
{
	const struct json_object *object = (const void *)segment;
	struct json_object *value = NULL;

	json_object_object_get_ex(object, name, &value);
	return value;
}

static void release(void *object)
{
	json_object_put(object);
}

const struct segment *segment_open(
    struct arena *arena, const char *text, size_t size)
{
	struct json_tokener *tokener = NULL;
	struct json_object *object = NULL;

	if (size > INT32_MAX || json_check(arena, text, size) != NULL)
		return NULL;
	tokener = json_tokener_new_ex(JSON_DEPTH_MAX + 2);
	if (tokener == NULL)
		return NULL;
	object = json_tokener_parse_ex(tokener, text, (int)size);
	json_tokener_free(tokener);
	if (object == NULL)
		return NULL;
	arena_defer(arena, release, object);
	if (!json_object_is_type(object, json_type_object))
		return NULL;
	return (const struct segment *)(void *)object;
}

bool segment_has(const struct segment *segment, const char *name)
{
	const struct json_object *object = (const void *)segment;

	return json_object_object_get_ex(object, name, NULL) != 0;
}

/* NULL unless the value is a string without a NUL character. */
static const char *plain_string(struct json_object *value)
{
	const char *text = NULL;

	if (!json_object_is_type(value, json_type_string))
		return NULL;
	text = json_object_get_string(value);
	if (strlen(text) != (size_t)json_object_get_string_len(value))
		return NULL;
	return text;
}

const char *segment_string(const struct segment *segment, const char *name)
{
	return plain_string(member(segment, name));
}

static const char *text_of(
    struct arena *arena, const struct segment *segment, const char *name)
{
	struct json_object *value = member(segment, name);
	int64_t integer = 0;

	if (json_object_is_type(value, json_type_boolean))
		return json_object_get_boolean(value) ? "true" : "false";
	if (segment_integer(segment, name, &integer))
		return arena_printf(arena, "%lld", (long long)integer);
	return plain_string(value);
}

const char *const *segment_texts(
    struct arena *arena, const struct segment *segment, const char *name)
{
	struct json_object *value = member(segment, name);
	bool is_array = json_object_is_type(value, json_type_array);
	size_t count = is_array ? json_object_array_length(value) : 1;
	const char **texts = arena_alloc(arena, (count + 1) * sizeof *texts);

	for (size_t i = 0; i < count; i++) {
		texts[i] = is_array
		    ? plain_string(json_object_array_get_idx(value, i))
		    : text_of(arena, segment, name);
		if (texts[i] == NULL)
			return NULL;
	}
	return texts;
}

bool segment_integer(
    const struct segment *segment, const char *name, int64_t *value)
{
	struct json_object *number = member(segment, name);
	int64_t integer = 0;

	if (!json_object_is_type(number, json_type_int))
		return false;
	integer = json_object_get_int64(number);
	/* json-c gives the nearest limit for what is beyond it. */
	if (integer == INT64_MIN || integer == INT64_MAX)
		return false;
	*value = integer;
	return true;
}

bool segment_date(
    const struct segment *segment, const char *name, int64_t *seconds)
{
	struct json_object *number = member(segment, name);
	double fraction = 0;

	if (segment_integer(segment, name, seconds))
		return *seconds >= -EXACT_MAX && *seconds <= EXACT_MAX;
	if (!json_object_is_type(number, json_type_double))
		return false;
	fraction = json_object_get_double(number);
	if (!isfinite(fraction) || fabs(fraction) > (double)EXACT_MAX)
		return false;
	*seconds = (int64_t)fraction;
	return true;
}

int segment_count(const struct segment *segment, const char *name)
{
	struct json_object *list = member(segment, name);

	return json_object_is_type(list, json_type_array)
	    ? (int)json_object_array_length(list)
	    : -1;
}

const struct segment *segment_element(
    const struct segment *segment, const char *name, int index)
{
	struct json_object *element = NULL;

	if (index < 0 || index >= segment_count(segment, name))
		return NULL;
	element =
	    json_object_array_get_idx(member(segment, name), (size_t)index);
	return json_object_is_type(element, json_type_object)
	    ? (const struct segment *)(void *)element
	    : NULL;
}

static bool is_listed(const char *text, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(text, *list) == 0)
			return true;
	return false;
}

bool segment_names_one_of(
    const struct segment *segment, const char *name, const char *const *list)
{
	struct json_object *value = member(segment, name);
	const char *text = plain_string(value);
	bool is_named = false;

	if (text != NULL)
		return is_listed(text, list);
	if (!json_object_is_type(value, json_type_array))
		return false;
	for (size_t i = 0; i < json_object_array_length(value); i++) {
		text = plain_string(json_object_array_get_idx(value, i));
		if (text == NULL)
			return false;
		is_named = is_named || is_listed(text, list);
	}
	return is_named;
}
