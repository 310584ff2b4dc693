/* test_hook_key.c - the key that signs hooks, and its signatures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../deploy/postern/hook_key.h"
#include "secret.h"

/* Where the tests put a key. */
struct place {
	struct arena *arena;
	char path[32];
};

static int open_place(void **state)
{
	struct place *place = calloc(1, sizeof *place);
	int file = -1;

	secret_init();
	place->arena = arena_open();
	memcpy(place->path, "/tmp/hook-key-XXXXXX", 21);
	file = mkstemp(place->path);
	assert_true(file >= 0);
	close(file);
	*state = place;
	return 0;
}

static int close_place(void **state)
{
	struct place *place = *state;

	unlink(place->path);
	arena_close(place->arena);
	free(place);
	return 0;
}

static void put(const struct place *place, const char *text)
{
	FILE *file = fopen(place->path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static bool reads(const struct place *place, struct hook_key *key)
{
	const char *problem = NULL;
	bool is_read = hook_key_read(place->arena, place->path, key, &problem);

	assert_int_equal(is_read, problem == NULL);
	return is_read;
}

/* The case of Standard Webhooks' own libraries. */
static void signs(void **state)
{
	const struct place *place = *state;
	struct hook_key key = { 0 };

	put(place, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
	assert_true(reads(place, &key));
	assert_int_equal(key.size, 24);
	assert_string_equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
	    hook_key_sign(place->arena, &key, "msg_p5jXN8AQM9LWM0D4loKWxJek",
		1614265330, "{\"test\": 2432232314}"));
}

/* 24 and 64 are the bounds; 32 times A is 24 zero bytes. */
#define A8 "AAAAAAAA"
#define A32 A8 A8 A8 A8
#define A84 A32 A32 A8 A8 "AAAA"

static void knows_keys(void **state)
{
	static const struct {
		const char *rule, *text;
		size_t size; /* 0: refused */
	} cases[] = {
		{ "24 bytes", "whsec_" A32, 24 },
		{ "a newline behind it", "whsec_" A32 "\n", 24 },
		{ "25 bytes", "whsec_" A32 "AA==", 25 },
		{ "64 bytes", "whsec_" A84 "AA==", 64 },
		{ "23 bytes", "whsec_" A8 A8 A8 "AAAAAAA=", 0 },
		{ "65 bytes", "whsec_" A84 "AAA=", 0 },
		{ "87 bytes", "whsec_" A84 A32, 0 },
		{ "more than any key", "whsec_" A84 A84, 0 },
		{ "no prefix", A32, 0 },
		{ "half a prefix", "whse", 0 },
		{ "prefix in upper case", "WHSEC_" A32, 0 },
		{ "of a pair", "whsk_" A32, 0 },
		{ "nothing behind the prefix", "whsec_", 0 },
		{ "empty", "", 0 },
		{ "two newlines", "whsec_" A32 "\n\n", 0 },
		{ "two keys", "whsec_" A32 "\nwhsec_" A32, 0 },
		{ "blank in front", " whsec_" A32, 0 },
		{ "padding missing", "whsec_" A32 "AA", 0 },
		{ "base64url", "whsec_" A32 "A-_A", 0 },
	};
	const struct place *place = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct hook_key key = { 0 };

		put(place, cases[i].text);
		if (reads(place, &key) != (cases[i].size > 0))
			fail_msg("wrong: %s", cases[i].rule);
		if (cases[i].size > 0)
			assert_int_equal(key.size, cases[i].size);
	}
}

static void tells_what_is_wrong_without_the_key(void **state)
{
	const struct place *place = *state;
	const char *problem = NULL;
	struct hook_key key = { 0 };

	put(place, "whsec_c2hvcnQgc2VjcmV0");
	assert_false(hook_key_read(place->arena, place->path, &key, &problem));
	assert_non_null(strstr(problem, place->path));
	assert_non_null(strstr(problem, "24 to 64 bytes"));
	assert_null(strstr(problem, "c2hvcnQ"));
}

static void refuses_what_others_can_read(void **state)
{
	const struct place *place = *state;
	struct hook_key key = { 0 };

	put(place, "whsec_" A32);
	chmod(place->path, 0640);
	assert_true(reads(place, &key));
	chmod(place->path, 0644);
	assert_false(reads(place, &key));
	chmod(place->path, 0602);
	assert_false(reads(place, &key));
	chmod(place->path, 0600);
	unlink(place->path);
	assert_false(reads(place, &key));
}

static void makes_keys(void **state)
{
	const struct place *place = *state;
	const char *one = hook_key_text(place->arena);
	const char *other = hook_key_text(place->arena);
	struct hook_key key = { 0 };

	put(place, one);
	assert_true(reads(place, &key));
	assert_int_equal(key.size, 32);
	assert_string_not_equal(one, other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(signs, open_place, close_place),
		cmocka_unit_test_setup_teardown(
		    knows_keys, open_place, close_place),
		cmocka_unit_test_setup_teardown(
		    tells_what_is_wrong_without_the_key, open_place,
		    close_place),
		cmocka_unit_test_setup_teardown(
		    refuses_what_others_can_read, open_place, close_place),
		cmocka_unit_test_setup_teardown(
		    makes_keys, open_place, close_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
