/* test_secret.c - random bytes, digests, base64url, comparison, memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "secret.h"

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

/* FIPS 180-4, its examples of SHA-256. */
static void digests(void **state)
{
	static const struct {
		const char *text, *digest;
	} cases[] = {
		{ "",
		    "\\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b"
		    "7852b855" },
		{ "abc",
		    "\\xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61"
		    "f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		    "\\x248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd4"
		    "19db06c1" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(cases[i].digest,
		    secret_digest(
			*state, cases[i].text, strlen(cases[i].text)));
}

/* RFC 4648 section 10, and the characters of section 5. */
static const struct {
	const char *bytes, *text;
	size_t size;
} encoded[] = {
	{ "", "", 0 },
	{ "f", "Zg", 1 },
	{ "fo", "Zm8", 2 },
	{ "foo", "Zm9v", 3 },
	{ "foob", "Zm9vYg", 4 },
	{ "fooba", "Zm9vYmE", 5 },
	{ "foobar", "Zm9vYmFy", 6 },
	{ "\xfb\xff\xbf", "-_-_", 3 },
	{ "a\0b", "YQBi", 3 },
};

static void encodes(void **state)
{
	for (size_t i = 0; i < sizeof encoded / sizeof *encoded; i++)
		assert_string_equal(encoded[i].text,
		    secret_base64url(
			*state, encoded[i].bytes, encoded[i].size));
}

static void decodes_what_it_encodes(void **state)
{
	for (size_t i = 0; i < sizeof encoded / sizeof *encoded; i++) {
		size_t size = 99;
		unsigned char *bytes = secret_from_base64url(
		    *state, encoded[i].text, strlen(encoded[i].text), &size);

		assert_non_null(bytes);
		assert_int_equal(size, encoded[i].size);
		assert_memory_equal(bytes, encoded[i].bytes, size + 1);
	}
}

static void refuses_what_is_not_canonical(void **state)
{
	static const struct {
		const char *rule, *text;
		size_t length;
	} cases[] = {
		{ "one character", "Z", 1 },
		{ "five characters", "Zm9vY", 5 },
		{ "unused bits of two", "Zh", 2 },
		{ "unused bits of three", "Zm9", 3 },
		{ "padding", "Zg==", 4 },
		{ "padding that is needed nowhere", "Zm9v=", 5 },
		{ "+", "+_-_", 4 },
		{ "/", "-/-_", 4 },
		{ "blank in front", " Zm9v", 5 },
		{ "newline at the end", "Zm9v\n", 5 },
		{ "blank inside", "Zm 9v", 5 },
		{ "dot", "Zm.v", 4 },
		{ "NUL", "Zm\0v", 4 },
		{ "beyond ASCII", "Zm\xc3\xa9", 4 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t size = 0;

		if (secret_from_base64url(
			*state, cases[i].text, cases[i].length, &size) != NULL)
			fail_msg("accepted: %s", cases[i].rule);
	}
}

static void knows_its_alphabet(void **state)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz"
				       "0123456789-_";

	for (int c = 0; c < 256; c++) {
		const char text[4] = { 'A', 'A', 'A', (char)c };
		const char *place = memchr(alphabet, c, 64);
		size_t size = 0;
		unsigned char *bytes =
		    secret_from_base64url(*state, text, 4, &size);

		if ((bytes != NULL) != (place != NULL))
			fail_msg("byte %d", c);
		if (bytes != NULL)
			assert_int_equal(bytes[2], place - alphabet);
	}
}

static void decodes_only_so_many_characters(void **state)
{
	size_t size = 0;

	assert_string_equal(
	    secret_from_base64url(*state, "Zm9v.YmFy", 4, &size), "foo");
	assert_int_equal(size, 3);
}

static void round_trips(void **state)
{
	unsigned char bytes[64];

	for (size_t size = 0; size <= sizeof bytes; size++) {
		size_t back = 0;
		const char *text = NULL;

		secret_random(bytes, size);
		text = secret_base64url(*state, bytes, size);
		assert_int_equal(strlen(text), (size * 8 + 5) / 6);
		assert_memory_equal(bytes,
		    secret_from_base64url(*state, text, strlen(text), &back),
		    size);
		assert_int_equal(back, size);
	}
}

static void identifiers(void **state)
{
	static const struct {
		const char *rule, *text;
		bool is_id;
	} cases[] = {
		{ "hex", "0123456789abcdef0123456789abcdef", true },
		{ "upper case", "0123456789ABCDEF0123456789abcdef", false },
		{ "no hex", "0123456789abcdeg0123456789abcdef", false },
		{ "31", "0123456789abcdef0123456789abcde", false },
		{ "33", "0123456789abcdef0123456789abcdef0", false },
		{ "hyphens", "01234567-89ab-cdef-0123-456789abcdef", false },
		{ "newline", "0123456789abcdef0123456789abcde\n", false },
		{ "empty", "", false },
	};
	const char *one = secret_id(*state), *other = secret_id(*state);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (secret_is_id(cases[i].text) != cases[i].is_id)
			fail_msg("wrong: %s", cases[i].rule);
	assert_true(secret_is_id(one));
	assert_string_not_equal(one, other);
}

/* Each byte of the buffer is filled: none is zero in 64 of 64 draws. */
static void random_bytes_fill_the_buffer(void **state)
{
	unsigned char bytes[32], seen[32] = { 0 };

	(void)state;
	for (int i = 0; i < 64; i++) {
		secret_random(bytes, sizeof bytes);
		for (size_t j = 0; j < sizeof bytes; j++)
			seen[j] |= bytes[j];
	}
	for (size_t j = 0; j < sizeof seen; j++)
		assert_int_not_equal(seen[j], 0);
}

static void wipes(void **state)
{
	char text[] = "Corr3ct-horse!";

	(void)state;
	secret_wipe(text, sizeof text - 2);
	for (size_t i = 0; i < sizeof text - 2; i++)
		assert_int_equal(text[i], 0);
	assert_int_equal(text[sizeof text - 2], '!');
}

static void keys_have_memory(void **state)
{
	char *memory = secret_alloc(48);

	(void)state;
	assert_non_null(memory);
	memset(memory, 'k', 48);
	secret_free(memory);
	secret_free(NULL);
	assert_null(secret_alloc(SIZE_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests),
		cmocka_unit_test(encodes),
		cmocka_unit_test(decodes_what_it_encodes),
		cmocka_unit_test(refuses_what_is_not_canonical),
		cmocka_unit_test(knows_its_alphabet),
		cmocka_unit_test(decodes_only_so_many_characters),
		cmocka_unit_test(round_trips),
		cmocka_unit_test(identifiers),
		cmocka_unit_test(random_bytes_fill_the_buffer),
		cmocka_unit_test(wipes),
		cmocka_unit_test(keys_have_memory),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
