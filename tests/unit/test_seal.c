/* test_seal.c - secrets that only their owner's key opens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "arena.h"
#include "seal.h"
#include "secret.h"

#define SECRET "twenty bytes, secret"
#define SIZE 20
#define KEY "0123456789abcdef0123456789abcdef"

static int open_arena(void **state)
{
	secret_init();
	*state = arena_open();
	return 0;
}

static int close_arena(void **state)
{
	arena_close(*state);
	return 0;
}

/* Reads a key from a file with this text. */
static const struct seal_key *key_of(
    struct arena *arena, const char *text, mode_t mode, const char **problem)
{
	char path[] = "/tmp/test_seal-XXXXXX";
	int file = mkstemp(path);
	const struct seal_key *key = NULL;

	assert_true(file >= 0);
	assert_int_equal(write(file, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(file, mode), 0);
	close(file);
	key = seal_key_read(arena, path, problem);
	unlink(path);
	return key;
}

static const struct seal_key *good_key(struct arena *arena)
{
	const char *problem = NULL;
	const struct seal_key *key = key_of(arena, KEY "\n", 0600, &problem);

	assert_non_null(key);
	return key;
}

static void opens_what_it_has_sealed(void **state)
{
	const struct seal_key *key = good_key(*state);
	char *sealed = seal_make(*state, key, "7", SECRET, SIZE);
	size_t size = 0;
	unsigned char *opened = seal_open(*state, key, "7", sealed, &size);

	/* A nonce of 24 bytes and 16 of authentication. */
	assert_int_equal(strlen(sealed), 2 * (24 + 16 + SIZE));
	assert_int_equal(strspn(sealed, "0123456789abcdef"), strlen(sealed));
	assert_non_null(opened);
	assert_int_equal(size, SIZE);
	assert_memory_equal(opened, SECRET, SIZE);
	/* Read once more, the key is the same; the newline is none of it. */
	opened = seal_open(*state, good_key(*state), "7", sealed, &size);
	assert_non_null(opened);
}

static void seals_anew_each_time(void **state)
{
	const struct seal_key *key = good_key(*state);

	assert_string_not_equal(seal_make(*state, key, "7", SECRET, SIZE),
	    seal_make(*state, key, "7", SECRET, SIZE));
}

static void opens_nothing_of_another_owner_or_key(void **state)
{
	const struct seal_key *key = good_key(*state);
	const char *sealed = seal_make(*state, key, "7", SECRET, SIZE);
	const char *problem = NULL;
	static const char *const owners[] = { "", "8", "77", "07", "7 " };
	static const char *const keys[] = {
		"1123456789abcdef0123456789abcdef",
		KEY "0",
		KEY "\n\n",
		KEY KEY KEY,
	};
	size_t size = 0;

	for (size_t i = 0; i < sizeof owners / sizeof *owners; i++)
		assert_null(seal_open(*state, key, owners[i], sealed, &size));
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const struct seal_key *other =
		    key_of(*state, keys[i], 0600, &problem);

		assert_non_null(other);
		assert_null(seal_open(*state, other, "7", sealed, &size));
	}
	/* Keys that are longer than BLAKE2b's own differ at their end too. */
	sealed = seal_make(*state,
	    key_of(*state, KEY KEY KEY "a", 0600, &problem), "7", SECRET, SIZE);
	assert_null(
	    seal_open(*state, key_of(*state, KEY KEY KEY "b", 0600, &problem),
		"7", sealed, &size));
}

/* Each digit changed, each length that is shorter, something behind it. */
static void opens_nothing_damaged(void **state)
{
	const struct seal_key *key = good_key(*state);
	const char *sealed = seal_make(*state, key, "7", SECRET, SIZE);
	size_t size = 0;

	for (size_t i = 0; sealed[i] != '\0'; i++) {
		char *other = arena_string(*state, sealed);

		other[i] = other[i] == '0' ? '1' : '0';
		assert_null(seal_open(*state, key, "7", other, &size));
		assert_null(seal_open(
		    *state, key, "7", arena_copy(*state, sealed, i), &size));
		other[i] = 'x';
		assert_null(seal_open(*state, key, "7", other, &size));
	}
	assert_null(seal_open(
	    *state, key, "7", arena_printf(*state, "%s00", sealed), &size));
	assert_null(seal_open(
	    *state, key, "7", arena_printf(*state, " %s", sealed), &size));
}

static void refuses_bad_key_files(void **state)
{
	static const struct {
		const char *rule, *text;
		mode_t mode;
		const char *words;
	} cases[] = {
		{ "empty", "", 0600, "0 bytes" },
		{ "31 bytes", "0123456789abcdef0123456789abcde", 0600,
		    "31 bytes" },
		{ "31 and a newline", "0123456789abcdef0123456789abcde\n", 0600,
		    "31 bytes" },
		{ "readable by others", KEY, 0644, "others" },
	};
	const char *problem = NULL;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		problem = NULL;
		if (key_of(*state, cases[i].text, cases[i].mode, &problem) !=
			NULL ||
		    strstr(problem, cases[i].words) == NULL)
			fail_msg("%s: %s", cases[i].rule,
			    problem != NULL ? problem : "accepted");
	}
	assert_null(seal_key_read(*state, "/nonexistent/key", &problem));
	assert_non_null(strstr(problem, "/nonexistent/key"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_what_it_has_sealed),
		cmocka_unit_test(seals_anew_each_time),
		cmocka_unit_test(opens_nothing_of_another_owner_or_key),
		cmocka_unit_test(opens_nothing_damaged),
		cmocka_unit_test(refuses_bad_key_files),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
