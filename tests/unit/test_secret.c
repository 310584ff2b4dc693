/* test_secret.c - random bytes, digests, HMAC, base64, memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
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

/* Bytes of a hex string; "aax20" is 20 times the byte aa. Returns how many. */
static size_t from_hex(unsigned char *bytes, const char *hex)
{
	static const char digits[] = "0123456789abcdef";
	size_t size = 0;

	for (; hex[0] != '\0' && hex[0] != 'x'; hex += 2)
		bytes[size++] =
		    (unsigned char)((strchr(digits, hex[0]) - digits) << 4 |
			(strchr(digits, hex[1]) - digits));
	if (hex[0] == 'x') {
		size = (size_t)strtol(hex + 1, NULL, 10);
		memset(bytes, bytes[0], size);
	}
	return size;
}

/* RFC 4648 section 10, and the characters of section 4. */
static const struct {
	const char *bytes, *text;
	size_t size;
} padded[] = {
	{ "", "", 0 },
	{ "f", "Zg==", 1 },
	{ "fo", "Zm8=", 2 },
	{ "foo", "Zm9v", 3 },
	{ "foob", "Zm9vYg==", 4 },
	{ "fooba", "Zm9vYmE=", 5 },
	{ "foobar", "Zm9vYmFy", 6 },
	{ "\xfb\xff\xbf", "+/+/", 3 },
	{ "a\0b", "YQBi", 3 },
};

static void encodes_with_padding(void **state)
{
	for (size_t i = 0; i < sizeof padded / sizeof *padded; i++)
		assert_string_equal(padded[i].text,
		    secret_base64(*state, padded[i].bytes, padded[i].size));
}

static void decodes_with_padding(void **state)
{
	for (size_t i = 0; i < sizeof padded / sizeof *padded; i++) {
		size_t size = 99;
		unsigned char *bytes = secret_from_base64(
		    *state, padded[i].text, strlen(padded[i].text), &size);

		assert_non_null(bytes);
		assert_int_equal(size, padded[i].size);
		assert_memory_equal(bytes, padded[i].bytes, size + 1);
	}
}

static void refuses_other_padding(void **state)
{
	static const struct {
		const char *rule, *text;
		size_t length;
	} cases[] = {
		{ "one character", "Z", 1 },
		{ "no padding, two", "Zg", 2 },
		{ "no padding, three", "Zm8", 3 },
		{ "one of two", "Zg=", 3 },
		{ "two for one", "Zm8==", 5 },
		{ "three for two", "Zg===", 5 },
		{ "where none is needed", "Zm9v=", 5 },
		{ "a whole group of it", "Zm9v====", 8 },
		{ "nothing but it", "====", 4 },
		{ "in front", "=Zg=", 4 },
		{ "inside", "Z=g=", 4 },
		{ "something behind it", "Zg==Zg==", 8 },
		{ "unused bits of two", "Zh==", 4 },
		{ "unused bits of three", "Zm9=", 4 },
		{ "-", "-/+/", 4 },
		{ "_", "+_+/", 4 },
		{ "blank in front", " Zm9v", 5 },
		{ "newline at the end", "Zm9v\n", 5 },
		{ "newline before the padding", "Zg\n==", 5 },
		{ "NUL", "Zm\0v", 4 },
		{ "beyond ASCII", "Zm\xc3\xa9", 4 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t size = 0;

		if (secret_from_base64(
			*state, cases[i].text, cases[i].length, &size) != NULL)
			fail_msg("accepted: %s", cases[i].rule);
	}
}

/* RFC 4231 section 4; the fifth shows 128 of 256 bits. */
static void authenticates(void **state)
{
	static const struct {
		const char *key, *data, *mac;
	} cases[] = {
		{ "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
		    "4869205468657265",
		    "b0344c61d8db38535ca8afceaf0bf12b"
		    "881dc200c9833da726e9376c2e32cff7" },
		{ "4a656665",
		    "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
		    "5bdcc146bf60754e6a042426089575c7"
		    "5a003f089d2739839dec58b964ec3843" },
		{ "aax20", "ddx50",
		    "773ea91e36800e46854db8ebd09181a7"
		    "2959098b3ef8c122d9635514ced565fe" },
		{ "0102030405060708090a0b0c0d0e0f10111213141516171819", "cdx50",
		    "82558a389a443c0ea4cc819899f2083a"
		    "85f0faa3e578f8077a2e3ff46729665b" },
		{ "0cx20", "546573742057697468205472756e636174696f6e",
		    "a3b6167473100ee06e0c796c2955552b" },
		{ "aax131",
		    "54657374205573696e67204c6172676572205468616e20426c6f636b2d"
		    "53697a65204b6579202d2048617368204b6579204669727374",
		    "60e431591ee0b67f0d8a26aacbf5b77f"
		    "8e0bc6213728c5140546040f0ee37f54" },
		{ "aax131",
		    "5468697320697320612074657374207573696e672061206c6172676572"
		    "207468616e20626c6f636b2d73697a65206b657920616e642061206c61"
		    "72676572207468616e20626c6f636b2d73697a6520646174612e205468"
		    "65206b6579206e6565647320746f20626520686173686564206265666f"
		    "7265206265696e6720757365642062792074686520484d414320616c67"
		    "6f726974686d2e",
		    "9b09ffa71b942fcb27635fbcd5b0e944"
		    "bfdc63644f0713938a7f51535c3a35e2" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unsigned char key[160], data[160], mac[160];
		unsigned char made[SECRET_HMAC_SIZE] = { 0 };
		size_t key_size = from_hex(key, cases[i].key);
		size_t data_size = from_hex(data, cases[i].data);
		size_t mac_size = from_hex(mac, cases[i].mac);

		secret_hmac(made, key, key_size, data, data_size);
		assert_memory_equal(made, mac, mac_size);
	}
	(void)state;
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
		cmocka_unit_test(encodes_with_padding),
		cmocka_unit_test(decodes_with_padding),
		cmocka_unit_test(refuses_other_padding),
		cmocka_unit_test(authenticates),
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
