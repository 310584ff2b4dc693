/* test_address.c - the shown and the compared form of addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "address.h"
#include "arena.h"
#include "forms_fixture.h"

static void compares_addresses(void **state)
{
	static const struct form cases[] = {
		{ "lower case", "alice@example.com", "alice@example.com" },
		{ "upper case", "ALICE@EXAMPLE.COM", "alice@example.com" },
		{ "all else stays", "A.B!#$%&'*+-/=?^_`{|}~9@[Z",
		    "a.b!#$%&'*+-/=?^_`{|}~9@[z" },
		{ "an internationalised domain", "a@XN--STRAE-OQA.de",
		    "a@xn--strae-oqa.de" },
		{ "sharp s is not ss", "a@straße.de", "a@straße.de" },
		{ "Kelvin sign is not k", "\xe2\x84\xaa@x.org",
		    "\xe2\x84\xaa@x.org" },
	};

	CHECK_FORMS(*state, address_canonical, cases);
}

static void shows_addresses(void **state)
{
	static const struct form cases[] = {
		{ "plain", "alice@example.com", "alice@example.com" },
		{ "domain in lower case", "Alice@X.ORG", "Alice@x.org" },
		{ "all that a dot-atom has", "a.b!#$%&'*+-/=?^_`{|}~9@x.org",
		    "a.b!#$%&'*+-/=?^_`{|}~9@x.org" },
		{ "localhost", "alice@localhost", "alice@localhost" },
		{ "LOCALHOST", "alice@LOCALHOST", "alice@localhost" },
		{ "many labels", "a@b-c.d.e.example", "a@b-c.d.e.example" },
		{ "internationalised domain", "jose@XN--Espaa-rta.example",
		    "jose@xn--espaa-rta.example" },
		{ "hyphen inside", "a-b@x-y.org", "a-b@x-y.org" },
		{ "digits in the domain", "a@1.example", "a@1.example" },
		{ "the same in UTF-8", "jose@españa.example", NULL },
		{ "local part in UTF-8", "josé@example.org", NULL },
		{ "full width domain", "a@ＥＸＡＭＰＬＥ．com", NULL },
		{ "full width local part", "ａ@example.com", NULL },
		{ "empty", "", NULL },
		{ "no at", "not-an-email", NULL },
		{ "no local part", "@example.com", NULL },
		{ "no domain", "alice@", NULL },
		{ "two ats", "a@b@example.com", NULL },
		{ "no dot in the domain", "alice@example", NULL },
		{ "dot at the end", "alice@example.com.", NULL },
		{ "dot at the start", "alice@.example.com", NULL },
		{ "two dots in the domain", "alice@example..com", NULL },
		{ "two dots", "al..ice@example.com", NULL },
		{ "leading dot", ".alice@example.com", NULL },
		{ "trailing dot", "alice.@example.com", NULL },
		{ "CR and LF", "x@example.com\r\nBcc: v@example.net", NULL },
		{ "LF at the end", "alice@example.com\n", NULL },
		{ "LF in the local part", "ali\nce@example.com", NULL },
		{ "tab", "ali\tce@example.com", NULL },
		{ "blank", "ali ce@example.com", NULL },
		{ "blank in front", " alice@example.com", NULL },
		{ "C1 control",
		    "ali\xc2\x85"
		    "ce@example.com",
		    NULL },
		{ "no-break space",
		    "ali\xc2\xa0"
		    "ce@example.com",
		    NULL },
		{ "zero-width space",
		    "ali\xe2\x80\x8b"
		    "ce@example.com",
		    NULL },
		{ "override",
		    "ali\xe2\x80\xae"
		    "ce@example.com",
		    NULL },
		{ "invisible in the domain",
		    "alice@exam\xef\xb8\x8f"
		    "ple.com",
		    NULL },
		{ "soft hyphen", "alice@exam\xc2\xadple.com", NULL },
		{ "leading hyphen", "-alice@example.com", NULL },
		{ "leading hyphen of a label", "alice@-example.com", NULL },
		{ "trailing hyphen of a label", "alice@example-.com", NULL },
		{ "hyphen before the end", "alice@example.com-", NULL },
		{ "quoted", "\"alice\"@example.com", NULL },
		{ "quoted at", "\"a@b\"@example.com", NULL },
		{ "comment", "alice(x)@example.com", NULL },
		{ "comma", "a,b@example.com", NULL },
		{ "semicolon", "a;b@example.com", NULL },
		{ "angle brackets", "<alice@example.com>", NULL },
		{ "backslash", "a\\b@example.com", NULL },
		{ "address literal", "alice@[192.0.2.1]", NULL },
		{ "address as domain", "alice@192.0.2.1", NULL },
		{ "underscore in the domain", "alice@ex_ample.com", NULL },
		{ "slash in the domain", "alice@example.com/x", NULL },
		{ "percent in the domain", "alice@example%00.com", NULL },
		{ "becomes an at by NFKC", "alice＠evil.org@example.com",
		    NULL },
		{ "becomes blanks by NFKC", "ali\xef\xb7\xba@example.com",
		    NULL },
		{ "becomes a slash by NFKC", "alice@example℀.com", NULL },
		{ "ideographic full stop", "alice@example。com", NULL },
		{ "not UTF-8", "ali\xff@example.com", NULL },
		{ "not UTF-8 in the domain", "alice@ex\xc3.com", NULL },
	};

	CHECK_FORMS(*state, address_shown, cases);
}

static void limits_addresses(void **state)
{
	struct arena *arena = *state;
	const char *label = repeat(arena, "d", 61);
	const char *local = repeat(arena, "l", 64);
	/* 64 + 1 + 61 + 1 + 61 + 1 + 61 + 1 = 251, and a label of 3 */
	const char *longest =
	    arena_printf(arena, "%s@%s.%s.%s.org", local, label, label, label);

	assert_int_equal(strlen(longest), ADDRESS_MAX);
	assert_non_null(address_shown(arena, longest));
	assert_null(address_shown(arena, arena_printf(arena, "%sx", longest)));
	assert_null(
	    address_shown(arena, arena_printf(arena, "%sl@x.org", local)));
	assert_non_null(
	    address_shown(arena, arena_printf(arena, "%s@x.org", local)));
	assert_non_null(address_shown(
	    arena, arena_printf(arena, "a@%s.org", repeat(arena, "d", 63))));
	assert_null(address_shown(
	    arena, arena_printf(arena, "a@%s.org", repeat(arena, "d", 64))));
}

static void one_account_for_one_address(void **state)
{
	const char *one = address_shown(*state, "Alice@X.org");
	const char *other = address_shown(*state, "alice@x.ORG");

	assert_non_null(one);
	assert_non_null(other);
	assert_string_equal(
	    address_canonical(*state, one), address_canonical(*state, other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares_addresses),
		cmocka_unit_test(shows_addresses),
		cmocka_unit_test(limits_addresses),
		cmocka_unit_test(one_account_for_one_address),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
