/* test_totp.c - one-time codes, base32, what authenticators are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "recovery.h"
#include "secret.h"
#include "totp.h"

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

/* RFC 6238 appendix B, SHA-1: of its 8 digits the last 6 (RFC 4226 section
 * 5.3: the number modulo 10^6). */
static const unsigned char secret[] = "12345678901234567890";
static const struct {
	int64_t time;
	const char *code;
} vectors[] = {
	{ 59, "287082" },          /* 94287082 */
	{ 1111111109, "081804" },  /* 07081804 */
	{ 1111111111, "050471" },  /* 14050471 */
	{ 1234567890, "005924" },  /* 89005924 */
	{ 2000000000, "279037" },  /* 69279037 */
	{ 20000000000, "353130" }, /* 65353130 */
};

static void knows_the_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		int64_t step = 0;

		assert_true(totp_matches(secret, TOTP_SECRET_SIZE,
		    vectors[i].code, vectors[i].time, &step));
		assert_int_equal(step, vectors[i].time / 30);
	}
}

/* A code is good in its own step and in the one before and after, and the
 * step is that of the code, not of the moment. */
static void knows_its_window(void **state)
{
	static const struct {
		const char *rule;
		int64_t offset; /* of the moment, in steps */
		bool is_good;
	} cases[] = {
		{ "two steps early", -2, false },
		{ "a step early", -1, true },
		{ "in time", 0, true },
		{ "a step late", 1, true },
		{ "two steps late", 2, false },
	};
	int64_t own = 1234567890 / 30;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		/* The first and the last second of that step. */
		for (int64_t second = 0; second < 30; second += 29) {
			int64_t step = -1;
			bool is_good =
			    totp_matches(secret, TOTP_SECRET_SIZE, "005924",
				(own + cases[i].offset) * 30 + second, &step);

			if (is_good != cases[i].is_good ||
			    (is_good && step != own))
				fail_msg("%s: %d, step %lld", cases[i].rule,
				    is_good, (long long)step);
		}
	}
}

static void refuses_what_is_no_code_of_it(void **state)
{
	static const char *const codes[] = { "", "005925", "105924", "05924",
		"0005924", "89005924", "00592", "005924 ", "00592a", "-05924" };
	int64_t step = 0;

	(void)state;
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (totp_matches(
			secret, TOTP_SECRET_SIZE, codes[i], 1234567890, &step))
			fail_msg("accepted: \"%s\"", codes[i]);
	/* Another secret of the same length. */
	assert_false(totp_matches((const unsigned char *)"12345678901234567891",
	    TOTP_SECRET_SIZE, "005924", 1234567890, &step));
}

/* At the beginning of time there is no step before. */
static void begins_at_step_0(void **state)
{
	int64_t step = -1;

	(void)state;
	/* RFC 4226 appendix D: counters 0 and 1. */
	assert_true(totp_matches(secret, TOTP_SECRET_SIZE, "755224", 0, &step));
	assert_int_equal(step, 0);
	assert_true(totp_matches(secret, TOTP_SECRET_SIZE, "287082", 0, &step));
	assert_int_equal(step, 1);
}

/* RFC 4648 section 10, its padding left out. */
static void writes_base32(void **state)
{
	static const struct {
		const char *bytes, *text;
	} cases[] = {
		{ "f", "MY" },
		{ "fo", "MZXQ" },
		{ "foo", "MZXW6" },
		{ "foob", "MZXW6YQ" },
		{ "fooba", "MZXW6YTB" },
		{ "foobar", "MZXW6YTBOI" },
		{ "12345678901234567890", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(cases[i].text,
		    totp_base32(
			*state, cases[i].bytes, strlen(cases[i].bytes)));
	assert_string_equal("AAAAAAAA", totp_base32(*state, "\0\0\0\0\0", 5));
	assert_string_equal(
	    "77777777", totp_base32(*state, "\xff\xff\xff\xff\xff", 5));
}

static void tells_an_authenticator(void **state)
{
	static const struct {
		const char *issuer, *username, *uri;
	} cases[] = {
		{ "Example", "alice",
		    "otpauth://totp/Example:alice?secret=MZXW6"
		    "&issuer=Example&algorithm=SHA1&digits=6&period=30" },
		{ "", "alice",
		    "otpauth://totp/alice?secret=MZXW6"
		    "&algorithm=SHA1&digits=6&period=30" },
		/* Nothing of either can end its place. */
		{ "A & B: C?", "a@x.org+1",
		    "otpauth://totp/A%20%26%20B%20%20C%3F:a%40x.org%2B1"
		    "?secret=MZXW6&issuer=A%20%26%20B%20%20C%3F"
		    "&algorithm=SHA1&digits=6&period=30" },
		{ "M\xc3\xbcller", "\xc5\x81u_-.~",
		    "otpauth://totp/M%C3%BCller:%C5%81u_-.~?secret=MZXW6"
		    "&issuer=M%C3%BCller&algorithm=SHA1&digits=6&period=30" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(cases[i].uri,
		    totp_uri(
			*state, cases[i].issuer, cases[i].username, "MZXW6"));
}

static void makes_recovery_codes(void **state)
{
	const char *codes[100];

	for (size_t i = 0; i < 100; i++) {
		codes[i] = recovery_make(*state);
		assert_int_equal(strlen(codes[i]), RECOVERY_CODE_LENGTH + 3);
		assert_int_equal(
		    strspn(codes[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567-"),
		    RECOVERY_CODE_LENGTH + 3);
		for (size_t at = 4; at < 19; at += 5)
			assert_int_equal(codes[i][at], '-');
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(codes[i], codes[j]);
	}
}

/* SHA-256 of "7:ABCDEFGHIJKLMNOP", by sha256sum(1). */
static void stores_a_hash_of_owner_and_code(void **state)
{
	static const char hash[] = "\\x29c8387ab6dece88943309119534ccc2"
				   "2a8ad057efbceb59bf00d7aeec668d35";

	assert_string_equal(
	    hash, recovery_hash(*state, "7", "ABCD-EFGH-IJKL-MNOP"));
	assert_string_equal(
	    hash, recovery_hash(*state, "7", "ABCDEFGHIJKLMNOP"));
	assert_string_not_equal(
	    hash, recovery_hash(*state, "8", "ABCDEFGHIJKLMNOP"));
	assert_string_not_equal(
	    hash, recovery_hash(*state, "7", "ABCDEFGHIJKLMNOQ"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_vectors),
		cmocka_unit_test(knows_its_window),
		cmocka_unit_test(refuses_what_is_no_code_of_it),
		cmocka_unit_test(begins_at_step_0),
		cmocka_unit_test(writes_base32),
		cmocka_unit_test(tells_an_authenticator),
		cmocka_unit_test(makes_recovery_codes),
		cmocka_unit_test(stores_a_hash_of_owner_and_code),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
