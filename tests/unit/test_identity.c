/* test_identity.c - the shown and the compared form of names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "forms_fixture.h"
#include "identity.h"

static void shows_usernames(void **state)
{
	static const struct form cases[] = {
		{ "plain", "alice", "alice" },
		{ "case stays", "Alice", "Alice" },
		{ "punctuation", "a.b+c-d_e@f", "a.b+c-d_e@f" },
		{ "digits alone", "12345", "12345" },
		{ "accent", "dañé", "dañé" },
		{ "accents apart",
		    "dan\xcc\x83"
		    "e\xcc\x81",
		    "dañé" },
		{ "full width", "ａｌｉｃｅ", "alice" },
		{ "ligature", "ﬁona", "fiona" },
		{ "digits of another script", "علي٣", "علي٣" },
		{ "Cyrillic", "Алиса", "Алиса" },
		{ "Greek", "Αλίκη", "Αλίκη" },
		{ "Devanagari with marks", "हिन्दी", "हिन्दी" },
		{ "one letter", "a", "a" },
		{ "one digit among signs", "-1-", "-1-" },
		{ "a letter under its marks", "a\xcc\xa7\xcc\xa8",
		    "a\xcc\xa7\xcc\xa8" },
		{ "empty", "", NULL },
		{ "signs alone", "...@-_+", NULL },
		{ "a mark alone", "\xcc\x81", NULL },
		{ "marks and signs", "-\xcc\xa7\xcc\xa8-", NULL },
		{ "blank", "a b", NULL },
		{ "no-break space",
		    "a\xc2\xa0"
		    "b",
		    NULL },
		{ "slash", "a/b", NULL },
		{ "colon", "a:b", NULL },
		{ "quote", "a'b", NULL },
		{ "newline", "alice\n", NULL },
		{ "delete", "alice\x7f", NULL },
		{ "becomes a slash by NFKC", "a℀b", NULL },
		{ "emoji", "alice😀", NULL },
		{ "zero-width joiner",
		    "ali\xe2\x80\x8d"
		    "ce",
		    NULL },
		{ "invisible mark", "alice\xef\xb8\x8f", NULL },
		{ "Hangul filler", "가\xe3\x85\xa4", NULL },
		{ "right-to-left override",
		    "a\xe2\x80\xae"
		    "b",
		    NULL },
		{ "unassigned", "a\xcd\xb8", NULL },
		{ "private use", "a\xee\x80\x80", NULL },
		{ "a lone surrogate", "a\xed\xa0\x80", NULL },
		{ "not UTF-8", "a\xff", NULL },
		{ "cut UTF-8", "a\xc3", NULL },
		{ "overlong", "a\xc0\xae", NULL },
	};

	CHECK_FORMS(*state, identity_username, cases);
}

static void refuses_mixed_scripts(void **state)
{
	static const struct form cases[] = {
		{ "Latin", "paypal", "paypal" },
		{ "Cyrillic а in Latin", "pаypal", NULL },
		{ "Greek ο in Latin", "gοogle", NULL },
		{ "Latin o in Cyrillic", "мoсква", NULL },
		{ "Cyrillic", "москва", "москва" },
		{ "Cyrillic and ASCII digits", "москва-77", "москва-77" },
		{ "Greek and Cyrillic", "αб", NULL },
		{ "Latin and Cherokee", "Ꭺlice", NULL },
		{ "Japanese", "taro山田たろうタロー", "taro山田たろうタロー" },
		{ "Chinese", "李ㄌㄧˇli", "李ㄌㄧˇli" },
		{ "Korean", "金김kim", "金김kim" },
		{ "Japanese and Korean", "たろう김", NULL },
		{ "Bopomofo and Hangul", "ㄌ김", NULL },
		{ "Bopomofo and Hiragana", "ㄌた", NULL },
		{ "Han and Cyrillic", "李б", NULL },
		{ "Latin, Han and Cyrillic", "a李б", NULL },
		{ "Latin and Hangul", "kim김", "kim김" },
	};

	CHECK_FORMS(*state, identity_username, cases);
}

static void limits_usernames(void **state)
{
	assert_non_null(
	    identity_username(*state, repeat(*state, "x", USERNAME_MAX)));
	assert_null(
	    identity_username(*state, repeat(*state, "x", USERNAME_MAX + 1)));
	assert_non_null(
	    identity_username(*state, repeat(*state, "𐐀", USERNAME_MAX)));
	assert_null(
	    identity_username(*state, repeat(*state, "𐐀", USERNAME_MAX + 1)));
	/* the ligature becomes three characters: ffi */
	assert_non_null(
	    identity_username(*state, repeat(*state, "ﬃ", USERNAME_MAX / 3)));
	assert_null(identity_username(
	    *state, repeat(*state, "ﬃ", USERNAME_MAX / 3 + 1)));
}

static void spellings_are_equal(void **state)
{
	static const struct form cases[] = {
		{ "same", "alice", "alice" },
		{ "empty", "", "" },
		{ "upper case", "ALICE", "alice" },
		{ "full width", "ＡＬＩＣＥ", "alice" },
		{ "sharp s", "Straße", "strasse" },
		{ "capital sharp s", "STRAẞE", "strasse" },
		{ "final sigma", "ΣΊΣΥΦΟΣ", "σίσυφοσ" },
		{ "final sigma in lower case", "σίσυφος", "σίσυφοσ" },
		{ "accents apart",
		    "DAN\xcc\x83"
		    "E\xcc\x81",
		    "dañé" },
		{ "marks in another order", "a\xcc\xa3\xcc\x82", "ậ" },
		{ "and in this one", "a\xcc\x82\xcc\xa3", "ậ" },
		{ "I is not dotless in any language", "TITLE", "title" },
		{ "Kelvin sign", "\xe2\x84\xaa", "k" },
		{ "ligature", "ﬁ", "fi" },
		{ "iota below", "ᾳ", "αι" },
		{ "iota below before a mark below", "ᾼ\xcc\xa3", "α\xcc\xa3ι" },
		{ "Cherokee folds upwards", "ꭰ", "Ꭰ" },
		{ "not UTF-8", "a\xff", NULL },
		{ "a lone surrogate", "\xed\xa0\x80", NULL },
	};

	CHECK_FORMS(*state, identity_canonical, cases);
}

static void encode(uint32_t c, char text[5])
{
	unsigned char *bytes = (unsigned char *)text;

	memset(text, 0, 5);
	if (c < 0x80) {
		bytes[0] = (unsigned char)c;
	} else if (c < 0x800) {
		bytes[0] = (unsigned char)(0xc0 | c >> 6);
		bytes[1] = (unsigned char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		bytes[0] = (unsigned char)(0xe0 | c >> 12);
		bytes[1] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
		bytes[2] = (unsigned char)(0x80 | (c & 0x3f));
	} else {
		bytes[0] = (unsigned char)(0xf0 | c >> 18);
		bytes[1] = (unsigned char)(0x80 | (c >> 12 & 0x3f));
		bytes[2] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
		bytes[3] = (unsigned char)(0x80 | (c & 0x3f));
	}
}

/* Of every code point, alone and before a mark. */
static void canonical_is_idempotent_and_total(void **state)
{
	static const char *const marks[] = { "", "\xcc\xa3", "\xcd\x85" };
	struct arena *arena = arena_open();
	char character[5];

	(void)state;
	for (uint32_t c = 1; c < 0x30000; c++) {
		if (c >= 0xd800 && c < 0xe000)
			continue;
		encode(c, character);
		for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
			const char *text =
			    arena_printf(arena, "%s%s", character, marks[i]);
			const char *once = identity_canonical(arena, text);
			const char *twice = NULL;

			if (once == NULL)
				fail_msg("U+%04X: none", c);
			twice = identity_canonical(arena, once);
			if (strcmp(once, twice) != 0)
				fail_msg("U+%04X: %s, %s", c, once, twice);
		}
		arena_reset(arena);
	}
	arena_close(arena);
}

/* Two users cannot have one name by the difference of the two forms. */
static void shown_and_typed_names_compare_equal(void **state)
{
	struct arena *arena = arena_open();
	char character[5];
	size_t accepted = 0;

	(void)state;
	for (uint32_t c = 1; c < 0x30000; c++) {
		const char *shown = NULL;

		if (c >= 0xd800 && c < 0xe000)
			continue;
		encode(c, character);
		shown = identity_username(arena, character);
		if (shown == NULL)
			continue;
		accepted++;
		if (strcmp(identity_canonical(arena, shown),
			identity_canonical(arena, character)) != 0)
			fail_msg("U+%04X: %s", c, shown);
		if (strcmp(identity_username(arena, shown), shown) != 0)
			fail_msg("U+%04X: not stable", c);
		arena_reset(arena);
	}
	assert_true(accepted > 100000);
	arena_close(arena);
}

static void reserves_names(void **state)
{
	static const char *const more[] = { "Chef", "Größe", NULL };
	static const struct {
		const char *name;
		const char *const *more;
		bool reserved;
	} cases[] = {
		{ "admin", NULL, true },
		{ "root", NULL, true },
		{ "me", NULL, true },
		{ "postmaster", NULL, true },
		{ "no-reply", NULL, true },
		{ "undefined", NULL, true },
		{ "www", NULL, true },
		{ "alice", NULL, false },
		{ "", NULL, false },
		{ "admi", NULL, false },
		{ "admins-friend", NULL, false },
		{ "chef", NULL, false },
		{ "chef", more, true },
		{ "grösse", more, true },
		{ "chefs", more, false },
		{ "admin", more, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (identity_is_reserved(cases[i].name, cases[i].more) !=
		    cases[i].reserved)
			fail_msg("wrong: %s", cases[i].name);
}

static void counts_code_points(void **state)
{
	static const struct {
		const char *text;
		size_t length;
		bool valid;
	} cases[] = {
		{ "", 0, true },
		{ "abc", 3, true },
		{ "dañé", 4, true },
		{ "e\xcc\x81", 2, true },
		{ "😀", 1, true },
		{ "\xff", 1, false },
		{ "a\xc3", 2, false },
		{ "\xf0\x9f\x98", 3, false },
		{ "\xed\xa0\x80", 3, false },
		{ "\xc0\xaf", 2, false },
		{ "\xf4\x90\x80\x80", 4, false },
		{ "\xf4\x8f\xbf\xbf", 1, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (identity_length(cases[i].text) != cases[i].length)
			fail_msg("case %zu: length %zu", i,
			    identity_length(cases[i].text));
		if (identity_is_utf8(cases[i].text) != cases[i].valid)
			fail_msg("case %zu: validity", i);
	}
}

static void lowers_what_is_no_text_too(void **state)
{
	size_t length = 0;
	uint32_t *points = identity_lower(*state, "", &length);

	assert_non_null(points);
	assert_int_equal(length, 0);
	points = identity_lower(*state, "A\xffÉ", &length);
	assert_int_equal(length, 3);
	assert_int_equal(points[0], 'a');
	assert_int_equal(points[2], 0xe9);
	/* İ is the one whose lower case is longer: i and U+0307 */
	points = identity_lower(*state, "İİ", &length);
	assert_int_equal(length, 4);
	assert_int_equal(points[0], 'i');
	assert_int_equal(points[3], 0x307);
}

static void knows_kinds_of_characters(void **state)
{
	static const struct {
		uint32_t character;
		bool word, digit, space;
	} cases[] = {
		{ 'a', true, false, false },
		{ '0', true, true, false },
		{ '_', true, false, false },
		{ '-', false, false, false },
		{ ' ', false, false, true },
		{ 0x1c, false, false, true },
		{ 0xa0, false, false, true },
		{ 0x3000, false, false, true },
		{ 0x200b, false, false, false }, /* zero-width space */
		{ 0xb2, true, true, false },     /* superscript two */
		{ 0xbd, true, false, false },    /* one half */
		{ 0x663, true, true, false },    /* Arabic three */
		{ 0x301, false, false, false },  /* a mark */
		{ 0x4e2d, true, false, false },
		{ 0xdcff, false, false, false }, /* no UTF-8 */
		{ 0x110000, false, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint32_t c = cases[i].character;

		if (identity_is_word(c) != cases[i].word ||
		    identity_is_digit(c) != cases[i].digit ||
		    identity_is_space(c) != cases[i].space)
			fail_msg("U+%04X", c);
	}
}

static void plain_text_has_no_control_characters(void **state)
{
	static const struct {
		const char *rule, *text;
		bool is_plain;
	} cases[] = {
		{ "nothing", "", true },
		{ "a name", "Zo\303\253 O'Neil", true },
		{ "a no-break space", "a\302\240b", true },
		{ "C0", "a\037b", false },
		{ "a line end", "a\n", false },
		{ "DEL", "a\177", false },
		{ "the first of C1", "a\302\200", false },
		{ "the last of C1", "a\302\237", false },
		{ "no UTF-8", "a\377", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (identity_is_plain(cases[i].text) != cases[i].is_plain)
			fail_msg("%s", cases[i].rule);
}

static void names_of_people_do_not_turn_what_is_around_them(void **state)
{
	static const struct {
		const char *rule, *text;
		bool is_name;
	} cases[] = {
		{ "nothing", "", true },
		{ "letters of the right and the left", "\327\220 a", true },
		{ "a zero-width joiner, which some scripts need",
		    "\340\244\225\342\200\215", true },
		{ "a line end", "a\n", false },
		{ "right-to-left override", "a\342\200\256b", false },
		{ "right-to-left mark", "a\342\200\217", false },
		{ "Arabic letter mark", "\330\234", false },
		{ "an isolate", "\342\201\247", false },
		{ "no UTF-8", "\377", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (identity_is_name(cases[i].text) != cases[i].is_name)
			fail_msg("%s", cases[i].rule);
}

static void groups_are_short_and_plain(void **state)
{
	static const struct {
		const char *text;
		size_t length;
		bool is_group;
	} cases[] = {
		{ "editors", 7, true },
		{ "a b@.+_-9", 9, true },
		{ "editors\nreaders", 7, true },
		{ "editors\nreaders", 15, false },
		{ "", 0, false },
		{ " a", 2, false },
		{ "a ", 2, false },
		{ "\303\251", 2, false },
		{ "a/b", 3, false },
	};
	char long_one[152];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (identity_is_group(cases[i].text, cases[i].length) !=
		    cases[i].is_group)
			fail_msg("%s", cases[i].text);
	memset(long_one, 'g', 151);
	long_one[151] = '\0';
	assert_true(identity_is_group(long_one, 150));
	assert_false(identity_is_group(long_one, 151));
}

static void subjects_are_short_and_plain(void **state)
{
	char text[SUBJECT_MAX + 2];

	(void)state;
	memset(text, 'x', sizeof text);
	text[SUBJECT_MAX] = '\0';
	assert_true(identity_is_subject(text));
	text[SUBJECT_MAX] = 'x';
	text[SUBJECT_MAX + 1] = '\0';
	assert_false(identity_is_subject(text));
	assert_true(identity_is_subject("a.Z_0@+-"));
	assert_false(identity_is_subject(""));
	assert_false(identity_is_subject("a b"));
	assert_false(identity_is_subject("!!"));
	assert_false(identity_is_subject("\303\251"));
}

static void subjects_hide_behind_no_endpoint(void **state)
{
	(void)state;
	assert_true(identity_is_own_path("42"));
	assert_true(identity_is_own_path("Me"));
	assert_true(identity_is_own_path("mei"));
	assert_false(identity_is_own_path("me"));
	assert_false(identity_is_own_path("set_username"));
	assert_false(identity_is_own_path(".."));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_usernames),
		cmocka_unit_test(refuses_mixed_scripts),
		cmocka_unit_test(limits_usernames),
		cmocka_unit_test(spellings_are_equal),
		cmocka_unit_test(canonical_is_idempotent_and_total),
		cmocka_unit_test(shown_and_typed_names_compare_equal),
		cmocka_unit_test(reserves_names),
		cmocka_unit_test(counts_code_points),
		cmocka_unit_test(lowers_what_is_no_text_too),
		cmocka_unit_test(knows_kinds_of_characters),
		cmocka_unit_test(plain_text_has_no_control_characters),
		cmocka_unit_test(
		    names_of_people_do_not_turn_what_is_around_them),
		cmocka_unit_test(groups_are_short_and_plain),
		cmocka_unit_test(subjects_are_short_and_plain),
		cmocka_unit_test(subjects_hide_behind_no_endpoint),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
