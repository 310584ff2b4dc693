/* test_breached.c - the file of breached passwords, and its digest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "breached.h"

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

/* FIPS 180-4 examples, and the empty text. */
static void digests_are_those_of_the_standard(void **state)
{
	static const struct {
		const char *text, *hex;
	} cases[] = {
		{ "", "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
		{ "abc", "a9993e364706816aba3e25717850c26c9cd0d89d" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		    "84983e441c3bd26ebaae4aa1f95129e5e54670f1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unsigned char digest[SHA1_SIZE];
		char hex[2 * SHA1_SIZE + 1] = "";

		assert_true(
		    sha1_digest(cases[i].text, strlen(cases[i].text), digest));
		for (size_t j = 0; j < SHA1_SIZE; j++)
			snprintf(hex + 2 * j, 3, "%02x", digest[j]);
		assert_string_equal(hex, cases[i].hex);
	}
}

static void numbers_have_the_highest_byte_first(void **state)
{
	static const unsigned char wanted[] = { 1, 2, 3, 4, 5, 6, 7, 0xff };
	unsigned char bytes[BREACHED_KEY_SIZE];

	(void)state;
	breached_bytes(bytes, UINT64_C(0x01020304050607ff));
	assert_memory_equal(bytes, wanted, sizeof wanted);
	assert_true(breached_number(bytes) == UINT64_C(0x01020304050607ff));
}

/* Writes a list of the numbers; returns its name. */
static const char *write_list(
    struct arena *arena, const uint64_t *keys, size_t count)
{
	char *path = arena_string(arena, "/tmp/postern-breached-XXXXXX");
	unsigned char head[BREACHED_HEAD_SIZE], bytes[BREACHED_KEY_SIZE];
	int file = mkstemp(path);

	assert_true(file >= 0);
	breached_head(head, count);
	assert_true(write(file, head, sizeof head) == sizeof head);
	for (size_t i = 0; i < count; i++) {
		breached_bytes(bytes, keys[i]);
		assert_true(write(file, bytes, sizeof bytes) == sizeof bytes);
	}
	close(file);
	return path;
}

/* The beginning of the SHA-1 of "abc". */
#define ABC UINT64_C(0xa9993e364706816a)

/* Among so many, the one at that place is "abc"; or there is none. */
static void look_for(
    struct arena *arena, size_t count, size_t place, bool is_there)
{
	uint64_t keys[9] = { 0 };
	const char *path = NULL, *problem = NULL;
	enum breached found = BREACHED_UNKNOWN;

	for (size_t i = 0; i < count; i++)
		keys[i] = ABC - place + i + (i >= place && !is_there);
	path = write_list(arena, keys, count);
	found = breached_find(arena, path, "abc", &problem);
	if (found != (is_there ? BREACHED_FOUND : BREACHED_NOT))
		fail_msg("%zu of %zu: %s", place, count,
		    problem != NULL ? problem : "otherwise");
	assert_true(breached_count(arena, path, &problem) == (int64_t)count);
	unlink(path);
}

static void finds_a_key_wherever_it_stands(void **state)
{
	for (size_t count = 0; count <= 9; count++)
		for (size_t place = 0; place <= count; place++) {
			look_for(*state, count, place, false);
			if (place < count)
				look_for(*state, count, place, true);
		}
}

static void what_is_no_list_is_told(void **state)
{
	static const uint64_t falling[] = { UINT64_MAX, ABC + 1, 3, 2, 1 };
	const char *path = write_list(*state, falling, 5);
	const char *problem = NULL;

	assert_int_equal(breached_count(*state, path, &problem), -1);
	assert_non_null(strstr(problem, "damaged"));
	assert_non_null(strstr(problem, path));
	assert_int_equal(breached_find(*state, "/nonexistent", "abc", &problem),
	    BREACHED_UNKNOWN);
	assert_non_null(strstr(problem, "/nonexistent"));
	assert_int_equal(
	    breached_find(*state, "/dev", "abc", &problem), BREACHED_UNKNOWN);
	assert_int_equal(breached_find(*state, "/dev/null", "abc", &problem),
	    BREACHED_UNKNOWN);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests_are_those_of_the_standard),
		cmocka_unit_test(numbers_have_the_highest_byte_first),
		cmocka_unit_test(finds_a_key_wherever_it_stands),
		cmocka_unit_test(what_is_no_list_is_told),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
