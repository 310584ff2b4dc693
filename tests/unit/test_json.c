/* test_json.c - the strict reading of JSON text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "json.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* Each refused text differs from the accepted one by the fault alone. */
static const struct {
	const char *rule, *accepted, *refused;
} pairs[] = {
	{ "there is a value", "0", "" },
	{ "there is more than blanks", " 0 ", "  " },
	{ "there is one value", "[1,2]", "1,2" },
	{ "nothing follows the value", "{}", "{}x" },
	{ "words are in lower case", "true", "True" },
	{ "words are whole", "null", "nul" },
	{ "NaN is no number", "[0]", "[NaN]" },
	{ "Infinity is no number", "[0]", "[Infinity]" },
	{ "nor with a sign", "[-1]", "[-Infinity]" },
	{ "a sign has digits", "-1", "-" },
	{ "plus is no sign of a number", "1", "+1" },
	{ "no zero leads", "10", "010" },
	{ "nor behind a sign", "-1", "-01" },
	{ "digits follow the point", "-2.0", "-2." },
	{ "a digit leads the point", "-0.5", "-.5" },
	{ "digits stand between point and exponent", "2.0e3", "2.e3" },
	{ "an exponent has digits", "1e+2", "1e+" },
	{ "numbers are decimal", "16", "0x10" },
	{ "strings have double quotes", "\"a\"", "'a'" },
	{ "names have double quotes", "{\"a\":1}", "{'a':1}" },
	{ "names have quotes", "{\"a\":1}", "{a:1}" },
	{ "names are strings", "{\"1\":1}", "{1:1}" },
	{ "a string ends", "\"a\"", "\"a" },
	{ "an escaped quote does not end it", "\"a\\\"\"", "\"a\\\"" },
	{ "no raw newline in a string", "\"a b\"", "\"a\nb\"" },
	{ "no raw tab in a string", "\"a b\"", "\"a\tb\"" },
	{ "escapes are known", "\"\\b\\f\\n\\r\\t\\/\\\\\"", "\"\\v\"" },
	{ "no escape of a single quote", "\"'\"", "\"\\'\"" },
	{ "\\u has four digits", "\"\\u00e9\"", "\"\\u0e9\"" },
	{ "\\u has hex digits", "\"\\u00E9\"", "\"\\u00G9\"" },
	{ "\\u is in lower case", "\"\\u00e9\"", "\"\\U00e9\"" },
	{ "an escape ends inside", "\"\\u00e9\"", "\"\\u00\"" },
	{ "members have a colon", "{\"a\":1}", "{\"a\" 1}" },
	{ "members have a value", "{\"a\":1}", "{\"a\":}" },
	{ "members have commas", "{\"a\":1,\"b\":2}", "{\"a\":1 \"b\":2}" },
	{ "no comma ends an object", "{\"a\":1}", "{\"a\":1,}" },
	{ "no comma ends an array", "[1]", "[1,]" },
	{ "no comma starts an array", "[1]", "[,1]" },
	{ "brackets match", "[1]", "[1}" },
	{ "an array ends", "[1]", "[1" },
	{ "an object ends", "{\"a\":1}", "{\"a\":1" },
	{ "no comments", "[1]", "[1/**/]" },
	{ "blanks are four characters", "[ \t\r\n1]", "[\f1]" },
	{ "no byte order mark", "1",
	    "\xEF\xBB\xBF"
	    "1" },
	{ "8 levels at most", "[[[[[[[[1]]]]]]]]", "[[[[[[[[[1]]]]]]]]]" },
	{ "levels are left", "[[],[],[],[],[],[],[],[],[]]",
	    "[[[[[[[[[]]]]]]]]]" },
	{ "objects are levels", "[{\"a\":[[[[[[1]]]]]]}]",
	    "[{\"a\":[[[[[[[1]]]]]]]}]" },
	{ "names are unique", "{\"a\":1,\"b\":2}", "{\"a\":1,\"a\":2}" },
	{ "and not only side by side", "{\"a\":1,\"b\":2,\"c\":3}",
	    "{\"a\":1,\"b\":2,\"a\":3}" },
	{ "empty names too", "{\"\":1,\"a\":2}", "{\"\":1,\"\":2}" },
	{ "names are compared unescaped", "{\"a\":1,\"\\u0062\":2}",
	    "{\"a\":1,\"\\u0061\":2}" },
	{ "short escapes too", "{\"\\n\":1,\"\\u000b\":2}",
	    "{\"\\n\":1,\"\\u000a\":2}" },
	{ "in UTF-8 of two bytes", "{\"\xC3\xA9\":1,\"\\u00e8\":2}",
	    "{\"\xC3\xA9\":1,\"\\u00e9\":2}" },
	{ "of three", "{\"\xE2\x82\xAC\":1,\"\\u20ad\":2}",
	    "{\"\xE2\x82\xAC\":1,\"\\u20ac\":2}" },
	{ "of four", "{\"\xF0\x9F\x98\x80\":1,\"\\ud83d\\ude01\":2}",
	    "{\"\xF0\x9F\x98\x80\":1,\"\\ud83d\\ude00\":2}" },
	{ "lone surrogates are one name", "{\"\\ud800\":1,\"a\":2}",
	    "{\"\\ud800\":1,\"\\udfff\":2}" },
	{ "inner names are inner ones", "{\"a\":{\"a\":1},\"b\":2}",
	    "{\"b\":{\"a\":1},\"b\":2}" },
	{ "inner objects are objects", "[{\"a\":1},{\"a\":2}]",
	    "[{\"a\":1,\"a\":2},{}]" },
	{ "no null character in a name", "{\"a\\u0001\":1}",
	    "{\"a\\u0000\":1}" },
	{ "UTF-8 starts with a starter", "\"\xC2\x80\"", "\"\x80\"" },
	{ "UTF-8 is whole", "\"\xC3\xA9\"", "\"\xC3\"" },
	{ "UTF-8 is short: 2", "\"\xC2\x80\"", "\"\xC1\xBF\"" },
	{ "UTF-8 is short: 3", "\"\xE0\xA0\x80\"", "\"\xE0\x9F\xBF\"" },
	{ "UTF-8 is short: 4", "\"\xF0\x90\x80\x80\"", "\"\xF0\x8F\xBF\xBF\"" },
	{ "UTF-8 has no surrogates", "\"\xED\x9F\xBF\"", "\"\xED\xA0\x80\"" },
	{ "UTF-8 ends at U+10FFFF", "\"\xF4\x8F\xBF\xBF\"",
	    "\"\xF4\x90\x80\x80\"" },
	{ "UTF-8 has no five bytes", "\"\xF4\x80\x80\x80\"",
	    "\"\xF8\x88\x80\x80\x80\"" },
	{ "UTF-8 continues", "\"\xE2\x82\xAC\"", "\"\xE2\x82\"" },
};

static void keeps_to_the_grammar(void **state)
{
	struct arena *arena = arena_open();

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		const char *accepted = pairs[i].accepted;
		const char *refused = pairs[i].refused;

		if (json_check(arena, accepted, strlen(accepted)) != NULL ||
		    json_check(arena, refused, strlen(refused)) == NULL)
			fail_msg("%s", pairs[i].rule);
	}
	arena_close(arena);
}

static void takes_what_belongs_to_the_field(void **state)
{
	static const char *const accepted[] = { "\"\\u0000\"", "\"\\ud800\"",
		"\"\\udc00\\ud800\"", "\"\x7F\"", "1e999", "-0",
		"123456789012345678901234567890", "{}", "[]", "\"\"" };
	struct arena *arena = arena_open();

	(void)state;
	for (size_t i = 0; i < COUNT(accepted); i++)
		assert_null(
		    json_check(arena, accepted[i], strlen(accepted[i])));
	arena_close(arena);
}

static void refuses_nul_bytes_everywhere(void **state)
{
	static const char text[] = " { \"ab\" : [ \"c\" , -1.5e7 , true ] } ";
	struct arena *arena = arena_open();

	(void)state;
	assert_null(json_check(arena, text, sizeof text - 1));
	/* The text without its end, and with a NUL for each byte of it. */
	assert_non_null(json_check(arena, text, sizeof text));
	for (size_t i = 0; i < sizeof text - 1; i++) {
		char *copy = arena_copy(arena, text, sizeof text - 1);

		copy[i] = '\0';
		assert_non_null(json_check(arena, copy, sizeof text - 1));
	}
	arena_close(arena);
}

/* Under a sanitizer: no byte behind the end is read. */
static void stops_at_the_end(void **state)
{
	static const char text[] =
	    "{\"a\\u00e9\\n\":[-1.5e+7,true,null,\"\xF0\x9F\x98\x80\"]}";
	struct arena *arena = arena_open();

	(void)state;
	for (size_t size = 0; size < sizeof text - 1; size++) {
		char *exact = test_malloc(size + (size == 0));

		memcpy(exact, text, size);
		assert_non_null(json_check(arena, exact, size));
		test_free(exact);
	}
	assert_null(json_check(arena, text, sizeof text - 1));
	arena_close(arena);
}

static void says_what_and_where(void **state)
{
	static const struct {
		const char *text, *fault;
	} cases[] = {
		{ "", "expecting a value: line 1 column 1 (char 0)" },
		{ "{\"a\":1 2}",
		    "expecting ',' or '}': line 1 column 8 (char 7)" },
		{ "[1\n 2]", "expecting ',' or ']': line 2 column 2 (char 4)" },
		{ "{\"a\":1,\n\"a\":2}",
		    "duplicate name: line 2 column 1 (char 8)" },
		{ "\"\xC3\xA9\xE2\x82\xAC\"x",
		    "text after the value: line 1 column 5 (char 4)" },
	};
	struct arena *arena = arena_open();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(
		    json_check(arena, cases[i].text, strlen(cases[i].text)),
		    cases[i].fault);
	arena_close(arena);
}

/* 9000 names in 64 KiB: comparing each with each would take too long. */
static void finds_the_duplicate_among_many(void **state)
{
	struct arena *arena = arena_open();
	char *text = arena_alloc(arena, 100000);
	size_t size = 0;

	(void)state;
	text[size++] = '{';
	for (unsigned i = 0; i < 9000; i++)
		size += (size_t)snprintf(
		    text + size, 16, "\"%x\":1,", i * 7919 % 9001);
	size += (size_t)snprintf(text + size, 16, "\"xyz\":1}");
	assert_null(json_check(arena, text, size));
	memcpy(strstr(text, "xyz") - 1, "\"abc\"", 5);
	assert_non_null(json_check(arena, text, size));
	arena_close(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_to_the_grammar),
		cmocka_unit_test(takes_what_belongs_to_the_field),
		cmocka_unit_test(refuses_nul_bytes_everywhere),
		cmocka_unit_test(stops_at_the_end),
		cmocka_unit_test(says_what_and_where),
		cmocka_unit_test(finds_the_duplicate_among_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
