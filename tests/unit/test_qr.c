/* test_qr.c - the picture of a QR code: its form; what it says, other readers
 * are asked in tests/http. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "qr.h"

#define HEAD "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "

static int open_arena(void **state)
{
	*state = arena_open();
	return 0;
}

static int close_arena(void **state)
{
	arena_close(*state);
	return 0;
}

/* Five characters are version 1: 21 modules, and 4 around them. */
static void draws_the_corners(void **state)
{
	const char *svg = qr_svg(*state, "hello");

	assert_non_null(svg);
	assert_memory_equal(
	    svg, HEAD "29 29\" ", strlen(HEAD) + strlen("29 29\" "));
	/* The finder patterns: 7 dark modules at three corners, none around. */
	assert_non_null(strstr(svg, " d=\"M4 4h7v1h-7z"));
	assert_non_null(strstr(svg, "M18 4h7v1h-7z"));
	assert_non_null(strstr(svg, "M4 18h7v1h-7z"));
	assert_null(strstr(svg, "M18 18h7v1h-7z"));
	assert_null(strstr(svg, "M4 25"));
	assert_null(strstr(svg, "M25 "));
}

static void has_one_colour_and_no_script(void **state)
{
	/* What would end an attribute or a text is not in the picture. */
	const char *svg = qr_svg(*state, "\"><script>alert(1)</script>");
	size_t elements = 0;

	for (const char *c = svg; (c = strchr(c, '<')) != NULL; c++)
		elements++;
	assert_int_equal(elements, 3); /* <svg ...><path .../></svg> */
	assert_null(strstr(svg, "script"));
	assert_non_null(strstr(svg, "<path fill=\"currentColor\" d=\""));
	assert_string_equal(
	    svg + strlen(svg) - strlen("z\"/></svg>"), "z\"/></svg>");
}

/* Version 40 at level M holds 2331 bytes (ISO/IEC 18004, table 7). */
static void has_a_longest_text(void **state)
{
	char text[2333];
	const char *svg = NULL;

	memset(text, 'x', sizeof text);
	text[2331] = '\0';
	svg = qr_svg(*state, text);
	assert_non_null(svg);
	assert_memory_equal(
	    svg, HEAD "185 185\" ", strlen(HEAD) + strlen("185 185\" "));
	text[2331] = 'x';
	text[2332] = '\0';
	assert_null(qr_svg(*state, text));
	assert_null(qr_svg(*state, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(draws_the_corners),
		cmocka_unit_test(has_one_colour_and_no_script),
		cmocka_unit_test(has_a_longest_text),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
