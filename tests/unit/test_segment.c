/* test_segment.c - members of a segment never pass as another type. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "segment.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define ABSENT INT64_C(-4242)

/* What {"a":VALUE} reads as: ABSENT or NULL where it must not be taken. */
static const struct {
	const char *value;
	const char *string;
	int64_t integer, date;
	bool is_one_of; /* of "x" and "y" */
} cases[] = {
	{ "\"x\"", "x", ABSENT, ABSENT, true },
	{ "\"xy\"", "xy", ABSENT, ABSENT, false },
	{ "\"\"", "", ABSENT, ABSENT, false },
	{ "\"7\"", "7", ABSENT, ABSENT, false },
	{ "\"x\\u0000\"", NULL, ABSENT, ABSENT, false },
	{ "\"\\u0000\"", NULL, ABSENT, ABSENT, false },
	{ "7", NULL, 7, 7, false },
	{ "-7", NULL, -7, -7, false },
	{ "-0", NULL, 0, 0, false },
	{ "7.9", NULL, ABSENT, 7, false },
	{ "-7.9", NULL, ABSENT, -7, false },
	{ "7e0", NULL, ABSENT, 7, false },
	{ "9007199254740992", NULL, 9007199254740992, 9007199254740992, false },
	{ "9007199254740993", NULL, 9007199254740993, ABSENT, false },
	{ "9007199254740994.0", NULL, ABSENT, ABSENT, false },
	{ "18446744073709551615", NULL, ABSENT, ABSENT, false },
	{ "-99999999999999999999", NULL, ABSENT, ABSENT, false },
	{ "1e999", NULL, ABSENT, ABSENT, false },
	{ "-1e999", NULL, ABSENT, ABSENT, false },
	{ "true", NULL, ABSENT, ABSENT, false },
	{ "null", NULL, ABSENT, ABSENT, false },
	{ "[]", NULL, ABSENT, ABSENT, false },
	{ "[7]", NULL, ABSENT, ABSENT, false },
	{ "[\"y\"]", NULL, ABSENT, ABSENT, true },
	{ "[\"z\",\"x\"]", NULL, ABSENT, ABSENT, true },
	{ "[\"x\",null]", NULL, ABSENT, ABSENT, false },
	{ "[null,\"x\"]", NULL, ABSENT, ABSENT, false },
	{ "[\"x\\u0000\"]", NULL, ABSENT, ABSENT, false },
	{ "[[\"x\"]]", NULL, ABSENT, ABSENT, false },
	{ "{\"x\":\"x\"}", NULL, ABSENT, ABSENT, false },
};

static const struct segment *open_text(struct arena *arena, const char *text)
{
	return segment_open(arena, text, strlen(text));
}

static void keeps_types_apart(void **state)
{
	static const char *const list[] = { "x", "y", NULL };
	struct arena *arena = arena_open();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct segment *segment = open_text(
		    arena, arena_printf(arena, "{\"a\":%s}", cases[i].value));
		int64_t integer = ABSENT, date = ABSENT;
		const char *string = segment_string(segment, "a");

		assert_true(segment_has(segment, "a"));
		assert_int_equal(string == NULL, cases[i].string == NULL);
		if (string != NULL)
			assert_string_equal(string, cases[i].string);
		if (!segment_integer(segment, "a", &integer))
			integer = ABSENT;
		if (!segment_date(segment, "a", &date))
			date = ABSENT;
		if (integer != cases[i].integer || date != cases[i].date ||
		    segment_names_one_of(segment, "a", list) !=
			cases[i].is_one_of)
			fail_msg("%s", cases[i].value);
	}
	arena_close(arena);
}

static void has_what_it_has(void **state)
{
	static const char *const list[] = { "x", NULL };
	struct arena *arena = arena_open();
	const struct segment *segment = open_text(arena, "{\"a\":\"x\"}");
	int64_t value = 0;

	(void)state;
	assert_false(segment_has(segment, "b"));
	assert_false(segment_has(segment, ""));
	assert_null(segment_string(segment, "b"));
	assert_false(segment_integer(segment, "b", &value));
	assert_false(segment_date(segment, "b", &value));
	assert_false(segment_names_one_of(segment, "b", list));
	arena_close(arena);
}

static void is_an_object(void **state)
{
	static const char *const refused[] = { "", "[]", "\"a\"", "1", "null",
		"{", "{}}", "{\"a\":1,\"a\":1}", "{'a':1}" };
	struct arena *arena = arena_open();

	(void)state;
	assert_non_null(open_text(arena, "{}"));
	assert_non_null(open_text(arena, " {\"a\":1,\"b\":1}\r\n"));
	for (size_t i = 0; i < COUNT(refused); i++)
		assert_null(open_text(arena, refused[i]));
	assert_null(segment_open(arena, "{}", 3));
	arena_close(arena);
}

static void walks_lists_of_objects(void **state)
{
	struct arena *arena = arena_open();
	const struct segment *segment = open_text(arena,
	    "{\"a\":[{\"b\":\"x\"},7,null,[{}],{\"b\":\"y\"}],\"c\":{},"
	    "\"d\":[],\"e\":null}");

	(void)state;
	assert_int_equal(segment_count(segment, "a"), 5);
	assert_int_equal(segment_count(segment, "d"), 0);
	assert_int_equal(segment_count(segment, "c"), -1);
	assert_int_equal(segment_count(segment, "e"), -1);
	assert_int_equal(segment_count(segment, "f"), -1);
	assert_string_equal(
	    segment_string(segment_element(segment, "a", 0), "b"), "x");
	assert_string_equal(
	    segment_string(segment_element(segment, "a", 4), "b"), "y");
	for (int i = 1; i < 4; i++)
		assert_null(segment_element(segment, "a", i));
	assert_null(segment_element(segment, "a", 5));
	assert_null(segment_element(segment, "a", -1));
	assert_null(segment_element(segment, "c", 0));
	assert_null(segment_element(segment, "d", 0));
	arena_close(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_types_apart),
		cmocka_unit_test(has_what_it_has),
		cmocka_unit_test(is_an_object),
		cmocka_unit_test(walks_lists_of_objects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
