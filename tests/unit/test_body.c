/* test_body.c - JSON and form text to validated fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "body.h"

/* Refuses "no" and whatever holds a control character. */
static void check(
    struct request *request, const struct field *field, const char *value)
{
	if (strcmp(value, "no") == 0 || strpbrk(value, "\001\r\n") != NULL)
		request_fault(request, field->name, "Not this.");
}

static const struct field fields[] = {
	{ "name", 5, 0, check, NULL },
	{ "password", 8, FIELD_SECRET, NULL, NULL },
	{ "note", 0, FIELD_OPTIONAL, NULL, NULL },
	{ 0 },
};

/* What comes in; either the two values or the reply's text comes out. */
struct body_case {
	const char *rule;
	const char *text;
	enum outcome outcome;
	const char *name, *password; /* with OK */
	const char *says;            /* faults or argument otherwise */
};

#define GOOD(rule, text, name, password)             \
	{                                            \
		rule, text, OK, name, password, NULL \
	}
#define FAULT(rule, text, says)                              \
	{                                                    \
		rule, text, FIELDS_INVALID, NULL, NULL, says \
	}

static void run(
    enum body_kind kind, const struct body_case *cases, size_t count)
{
	struct arena *arena = arena_open();

	for (size_t i = 0; i < count; i++) {
		const struct body_case *c = &cases[i];
		struct request request = { .arena = arena, .fields = fields };
		size_t size = strlen(c->text);
		char *text = arena_copy(arena, c->text, size + 1);
		enum outcome outcome = body_read(&request, kind, text, size);

		if (outcome != c->outcome)
			fail_msg("%s: outcome %s", c->rule,
			    outcome_answer(outcome)->name);
		if (outcome == OK) {
			assert_string_equal(
			    request_value(&request, "name"), c->name);
			assert_string_equal(
			    request_value(&request, "password"), c->password);
			assert_string_equal(
			    request_value(&request, "note"), "");
		} else if (outcome == FIELDS_INVALID) {
			assert_string_equal(
			    reply_text(request.faults), c->says);
		} else if (c->says != NULL) {
			assert_memory_equal(
			    request.argument, c->says, strlen(c->says));
		}
		arena_reset(arena);
	}
	arena_close(arena);
}

#define REQUIRED "[\"This field is required.\"]"

static void json_values_are_read(void **state)
{
	static const struct body_case cases[] = {
		GOOD("two texts", "{\"name\":\"a\",\"password\":\"b\"}", "a",
		    "b"),
		GOOD("blanks are cut, but not a secret's",
		    "{\"name\":\" a\\n\",\"password\":\" b \"}", "a", " b "),
		GOOD("other names do not matter",
		    "{\"x\":[1],\"name\":\"a\",\"is_staff\":true,"
		    "\"password\":\"b\"}",
		    "a", "b"),
		GOOD("a whole number is its text",
		    "{\"name\":12345,\"password\":-1}", "12345", "-1"),
		GOOD("a fraction is its text",
		    "{\"name\":1.50,\"password\":1e2}", "1.50", "1e2"),
		GOOD("escapes",
		    "{\"name\":\"\\u00e9\\\"\",\"password\":\"\\\\\"}",
		    "\303\251\"", "\\"),
		GOOD("a pair of surrogates is one code point",
		    "{\"name\":\"\\ud83d\\ude00\",\"password\":\"b\"}",
		    "\360\237\230\200", "b"),
		GOOD("five code points are five",
		    "{\"name\":\"\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\","
		    "\"password\":\"b\"}",
		    "\303\251\303\251\303\251\303\251\303\251", "b"),
	};

	(void)state;
	run(BODY_JSON, cases, sizeof cases / sizeof *cases);
}

static void json_faults_are_told_in_field_order(void **state)
{
	static const struct body_case cases[] = {
		FAULT("both missing", "{}",
		    "{\"name\":" REQUIRED ",\"password\":" REQUIRED "}"),
		FAULT("in the order of the declaration",
		    "{\"password\":null,\"name\":null}",
		    "{\"name\":[\"This field may not be null.\"],"
		    "\"password\":[\"This field may not be null.\"]}"),
		FAULT("blank after cutting, a secret of blanks is not",
		    "{\"name\":\"  \",\"password\":\" \"}",
		    "{\"name\":[\"This field may not be blank.\"]}"),
		FAULT("bool and list", "{\"name\":true,\"password\":[\"b\"]}",
		    "{\"name\":[\"Not a valid string.\"],"
		    "\"password\":[\"Not a valid string.\"]}"),
		FAULT("object", "{\"name\":{\"a\":1},\"password\":\"b\"}",
		    "{\"name\":[\"Not a valid string.\"]}"),
		FAULT("six code points",
		    "{\"name\":\"aaaaaa\",\"password\":\"b\"}",
		    "{\"name\":[\"Ensure this field has no more than 5 "
		    "characters.\"]}"),
		FAULT("a secret counts bytes",
		    "{\"name\":\"a\",\"password\":"
		    "\"\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\"}",
		    "{\"password\":[\"Ensure this field has no more than 8 "
		    "bytes.\"]}"),
		FAULT("the field's own check",
		    "{\"name\":\"no\",\"password\":\"b\"}",
		    "{\"name\":[\"Not this.\"]}"),
		FAULT("NUL fails the check too",
		    "{\"name\":\"a\\u0000\",\"password\":\"\\u0000\"}",
		    "{\"name\":[\"Not this.\",\"Null characters are not "
		    "allowed.\"],"
		    "\"password\":[\"Null characters are not allowed.\"]}"),
		FAULT("a lone surrogate, high or low, also before a pair",
		    "{\"name\":\"\\ud800\",\"password\":\"\\udc00\"}",
		    "{\"name\":[\"Surrogate characters are not allowed: "
		    "U+D800.\"],\"password\":[\"Surrogate characters are not "
		    "allowed: U+DC00.\"]}"),
		FAULT("two high ones",
		    "{\"name\":\"\\ud83d\\ud83d\\ude00\",\"password\":\"b\"}",
		    "{\"name\":[\"Surrogate characters are not allowed: "
		    "U+D83D.\"]}"),
		FAULT("an escaped backslash is no escape of a surrogate",
		    "{\"name\":\"\\\\ud800\",\"password\":\"b\"}",
		    "{\"name\":[\"Ensure this field has no more than 5 "
		    "characters.\"]}"),
		FAULT("a number that would be cut is none",
		    "{\"name\":1,\"password\":99999999999999999999999}",
		    "{\"password\":[\"Not a valid string.\"]}"),
	};

	(void)state;
	run(BODY_JSON, cases, sizeof cases / sizeof *cases);
}

static void json_that_is_no_object_is_told(void **state)
{
	static const struct body_case cases[] = {
		{ "list", "[]", NOT_AN_OBJECT, 0, 0, "list" },
		{ "text", "\"a\"", NOT_AN_OBJECT, 0, 0, "str" },
		{ "whole number", "42", NOT_AN_OBJECT, 0, 0, "int" },
		{ "fraction", "4.5", NOT_AN_OBJECT, 0, 0, "float" },
		{ "switch", "false", NOT_AN_OBJECT, 0, 0, "bool" },
		{ "null", "null", NULL_BODY, 0, 0, NULL },
		{ "damaged", "{\"name\":\"a\"}x", BODY_MALFORMED, 0, 0,
		    "JSON parse error - " },
		{ "a duplicate", "{\"name\":\"a\",\"n\\u0061me\":\"b\"}",
		    BODY_MALFORMED, 0, 0, "JSON parse error - " },
		{ "blanks only", "  ", BODY_MALFORMED, 0, 0,
		    "JSON parse error - " },
		{ "no bytes are an empty object", "", FIELDS_INVALID, 0, 0,
		    "{\"name\":" REQUIRED ",\"password\":" REQUIRED "}" },
	};

	(void)state;
	run(BODY_JSON, cases, sizeof cases / sizeof *cases);
}

static void forms_are_read(void **state)
{
	static const struct body_case cases[] = {
		GOOD("two values", "name=a&password=b", "a", "b"),
		GOOD("escapes and plus", "n%61me=%c3%A9+x&password=%2B+",
		    "\303\251 x", "+ "),
		GOOD("of two values the last", "name=x&name=a&password=b", "a",
		    "b"),
		GOOD("a damaged escape is text", "name=%4&password=%zz", "%4",
		    "%zz"),
		GOOD("empty pairs", "&&name=a&=&password=b&", "a", "b"),
		FAULT("a name alone is blank", "name&password=b",
		    "{\"name\":[\"This field may not be blank.\"]}"),
		FAULT("NUL", "name=a%00&password=b",
		    "{\"name\":[\"Not this.\",\"Null characters are not "
		    "allowed.\"]}"),
		FAULT("line ends inside", "name=a%0d%0ab&password=b",
		    "{\"name\":[\"Not this.\"]}"),
	};

	(void)state;
	run(BODY_FORM, cases, sizeof cases / sizeof *cases);
}

static void media_types_are_told_apart(void **state)
{
	static const struct {
		const char *type;
		enum body_kind kind;
	} cases[] = {
		{ "application/json", BODY_JSON },
		{ "Application/JSON;charset=utf-8", BODY_JSON },
		{ "application/x-www-form-urlencoded", BODY_FORM },
		{ "application/x-www-form-urlencoded ; a=b", BODY_FORM },
		{ "", BODY_UNKNOWN },
		{ "application/jsonp", BODY_UNKNOWN },
		{ "text/json", BODY_UNKNOWN },
		{ "multipart/form-data; boundary=application/json",
		    BODY_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(body_kind(cases[i].type), cases[i].kind);
}

/* `remember` is a switch; `old` is no field where the origin is "new". */
static unsigned old_flags(const struct request *request)
{
	return strcmp(request->origin, "new") == 0 ? FIELD_UNKNOWN : 0;
}

static const struct field switches[] = {
	{ "old", 0, 0, NULL, old_flags },
	{ "remember", 0, FIELD_OPTIONAL | FIELD_SWITCH, NULL, NULL },
	{ 0 },
};

static enum outcome read_switches(struct request *request, const char *text)
{
	char *copy = arena_string(request->arena, text);
	enum body_kind kind = *text == '{' ? BODY_JSON : BODY_FORM;

	request->fields = switches;
	return body_read(request, kind, copy, strlen(copy));
}

static void switches_are_booleans_or_words_for_them(void **state)
{
	static const struct {
		const char *value, *meaning; /* NULL: a fault */
	} cases[] = {
		{ "true", "true" },
		{ "false", "" },
		{ "\"True\"", "true" },
		{ "\"f\"", "" },
		{ "\"yes\"", "true" },
		{ "\"NO\"", "" },
		{ "\"on\"", "true" },
		{ "\"off\"", "" },
		{ "1", "true" },
		{ "0", "" },
		{ "\"\"", "" },
		{ "\" y \"", "true" },
		{ "2", NULL },
		{ "1.0", NULL },
		{ "\"truer\"", NULL },
		{ "[true]", NULL },
		{ "{}", NULL },
		{ "\"true\\u0000\"", NULL },
	};
	struct arena *arena = arena_open();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request request = { .arena = arena, .origin = "new" };
		enum outcome outcome = read_switches(&request,
		    arena_printf(arena, "{\"remember\":%s}", cases[i].value));

		assert_int_equal(
		    outcome, cases[i].meaning != NULL ? OK : FIELDS_INVALID);
		if (outcome == OK)
			assert_string_equal(request_value(&request, "remember"),
			    cases[i].meaning);
		else
			assert_string_equal(reply_text(request.faults),
			    "{\"remember\":[\"Must be a valid boolean.\"]}");
	}
	arena_close(arena);
}

static void flags_may_depend_on_the_request(void **state)
{
	struct arena *arena = arena_open();
	struct request is_field = { .arena = arena, .origin = "" };
	struct request is_none = { .arena = arena, .origin = "new" };

	(void)state;
	assert_int_equal(
	    read_switches(&is_field, "remember=on"), FIELDS_INVALID);
	assert_string_equal(reply_text(is_field.faults),
	    "{\"old\":[\"This field is required.\"]}");
	assert_int_equal(
	    read_switches(&is_none, "{\"old\":[null],\"remember\":true}"), OK);
	assert_string_equal(request_value(&is_none, "old"), "");
	assert_string_equal(request_value(&is_none, "remember"), "true");
	arena_close(arena);
}

/* `groups` is a list; `note` a text beside it. */
static const struct field lists[] = {
	{ "groups", 20, FIELD_OPTIONAL | FIELD_LIST, NULL, NULL },
	{ "note", 0, FIELD_OPTIONAL, NULL, NULL },
	{ 0 },
};

static enum outcome read_lists(struct request *request, const char *text)
{
	char *copy = arena_string(request->arena, text);
	enum body_kind kind = *text == '{' ? BODY_JSON : BODY_FORM;

	request->fields = lists;
	return body_read(request, kind, copy, strlen(copy));
}

static void lists_are_lines(void **state)
{
	static const char no_list[] =
	    "{\"groups\":[\"Not a valid list of strings.\"]}";
	static const struct {
		const char *text, *lines, *fault;
	} cases[] = {
		{ "{\"groups\":[]}", "", NULL },
		{ "{\"groups\":[\"a\"]}", "a", NULL },
		{ "{\"groups\":[\"a\",\" b c \",\"\\u00e9\"]}",
		    "a\n b c \n\303\251", NULL },
		{ "groups=", "", NULL },
		{ "groups=a", "a", NULL },
		{ "groups=a&note=x&groups=b+c", "a\nb c", NULL },
		{ "{\"groups\":[\"\"]}", NULL, no_list },
		{ "{\"groups\":[\"a\",1]}", NULL, no_list },
		{ "{\"groups\":[1,\"a\"]}", NULL, no_list },
		{ "{\"groups\":[null]}", NULL, no_list },
		{ "{\"groups\":[[\"a\"]]}", NULL, no_list },
		{ "{\"groups\":[\"a\\nb\"]}", NULL, no_list },
		{ "{\"groups\":[\"a\\u0000\"]}", NULL, no_list },
		{ "{\"groups\":[\"\\ud800\",\"a\"]}", NULL, no_list },
		{ "{\"groups\":\"a\"}", NULL, no_list },
		{ "{\"groups\":{\"a\":1}}", NULL, no_list },
		{ "{\"groups\":true}", NULL, no_list },
		{ "groups=a%0ab", NULL, no_list },
		{ "groups=a&groups=&groups=b", NULL, no_list },
		{ "{\"groups\":null}", NULL,
		    "{\"groups\":[\"This field may not be null.\"]}" },
		{ "{\"groups\":[\"0123456789\",\"0123456789\"]}", NULL,
		    "{\"groups\":[\"Ensure this field has no more than 20 "
		    "characters.\"]}" },
		{ "{\"note\":[\"a\"]}", NULL,
		    "{\"note\":[\"Not a valid string.\"]}" },
	};
	struct arena *arena = arena_open();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request request = { .arena = arena };
		enum outcome outcome = read_lists(&request, cases[i].text);

		if ((outcome == OK) != (cases[i].fault == NULL))
			fail_msg("%s", cases[i].text);
		if (outcome == OK)
			assert_string_equal(
			    request_value(&request, "groups"), cases[i].lines);
		else
			assert_string_equal(
			    reply_text(request.faults), cases[i].fault);
	}
	arena_close(arena);
}

static void what_is_missing_is_not_blank(void **state)
{
	struct arena *arena = arena_open();
	struct request missing = { .arena = arena };
	struct request blank = { .arena = arena };

	(void)state;
	assert_int_equal(read_lists(&missing, "{}"), OK);
	assert_string_equal(request_value(&missing, "note"), "");
	assert_null(request_given(&missing, "note"));
	assert_null(request_given(&missing, "groups"));
	assert_int_equal(
	    read_lists(&blank, "{\"note\":\" \",\"groups\":[]}"), OK);
	assert_string_equal(request_given(&blank, "note"), "");
	assert_string_equal(request_given(&blank, "groups"), "");
	blank.faults = NULL;
	blank.origin = "new";
	assert_int_equal(read_switches(&blank, "{\"remember\":\"\"}"), OK);
	assert_null(request_given(&blank, "remember"));
	assert_int_equal(read_switches(&blank, "{\"remember\":false}"), OK);
	assert_string_equal(request_given(&blank, "remember"), "");
	arena_close(arena);
}

/* As long as the body itself lets a list become, every byte is there. */
static void a_long_list_keeps_every_element(void **state)
{
	static const struct field field[] = {
		{ "groups", 0, FIELD_LIST, NULL, NULL }, { 0 }
	};
	struct arena *arena = arena_open();
	struct request request = { .arena = arena, .fields = field };
	char *text = arena_alloc(arena, 9 * 5000 + 1), *end = text;

	(void)state;
	for (int i = 0; i < 5000; i++, end += 9)
		memcpy(end, "groups=a&", 9);
	assert_int_equal(
	    body_read(&request, BODY_FORM, text, (size_t)(end - text)), OK);
	assert_int_equal(strlen(request_value(&request, "groups")), 9999);
	arena_close(arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_values_are_read),
		cmocka_unit_test(json_faults_are_told_in_field_order),
		cmocka_unit_test(json_that_is_no_object_is_told),
		cmocka_unit_test(forms_are_read),
		cmocka_unit_test(media_types_are_told_apart),
		cmocka_unit_test(switches_are_booleans_or_words_for_them),
		cmocka_unit_test(flags_may_depend_on_the_request),
		cmocka_unit_test(lists_are_lines),
		cmocka_unit_test(what_is_missing_is_not_blank),
		cmocka_unit_test(a_long_list_keeps_every_element),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
