/* test_password.c - hashing, verifying, and the rules for a new password. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "arena.h"
#include "password.h"
#include "secret.h"

extern const char common_passwords[];
extern const size_t common_passwords_size;

/* Low costs: the tests are about the rules, not about the time. */
static const struct config cheap = {
	.password_memory = 64 * 1024,
	.password_passes = 2,
	.password_min_length = 8,
};

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

static char *repeat(struct arena *arena, char c, size_t count)
{
	char *text = arena_alloc(arena, count + 1);

	memset(text, c, count);
	return text;
}

static void hashes_what_it_verifies(void **state)
{
	const char *hash = password_hash(*state, &cheap, "Corr3ct-horse");
	const char *again = password_hash(*state, &cheap, "Corr3ct-horse");

	assert_non_null(hash);
	assert_ptr_equal(strstr(hash, "$argon2id$v=19$m=64,t=2,p=1$"), hash);
	assert_true(password_verify(hash, "Corr3ct-horse"));
	assert_false(password_verify(hash, "Corr3ct-hors"));
	assert_false(password_verify(hash, "Corr3ct-horse "));
	assert_false(password_verify(hash, "corr3ct-horse"));
	assert_false(password_verify(hash, ""));
	assert_string_not_equal(hash, again);
}

static void cuts_nothing(void **state)
{
	char *one = repeat(*state, 'x', 200), *other = repeat(*state, 'x', 200);
	const char *hash = NULL;

	other[199] = 'y';
	hash = password_hash(*state, &cheap, one);
	assert_true(password_verify(hash, one));
	assert_false(password_verify(hash, other));
}

static void never_hashes_more_than_the_limit(void **state)
{
	char *longest = repeat(*state, 'x', PASSWORD_SIZE_MAX);
	char *longer = repeat(*state, 'x', PASSWORD_SIZE_MAX + 1);
	const char *hash = password_hash(*state, &cheap, longest);

	assert_non_null(hash);
	assert_true(password_verify(hash, longest));
	assert_null(password_hash(*state, &cheap, longer));
	assert_false(password_verify(hash, longer));
}

static void fails_without_memory(void **state)
{
	struct config dear = cheap;

	dear.password_memory = 1024; /* below what Argon2 can do with */
	assert_null(password_hash(*state, &dear, "Corr3ct-horse"));
}

/* The reference implementation's own tests (phc-winner-argon2, test.c). */
#define REFERENCE                                   \
	"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$" \
	"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
#define TWO_LANES                                   \
	"$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$" \
	"bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"
#define TAIL "$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"

static void verifies_the_reference(void **state)
{
	(void)state;
	assert_true(password_verify(REFERENCE, "password"));
	assert_false(password_verify(REFERENCE, "differentpassword"));
	assert_true(password_verify(TWO_LANES, "password"));
}

static void refuses_other_stored_strings(void **state)
{
	static const struct {
		const char *rule, *stored;
	} cases[] = {
		{ "empty", "" },
		{ "no hash", "password" },
		{ "prefix alone", "$argon2id$v=19$" },
		{ "argon2d",
		    "$argon2d$v=19$m=256,t=2,p=1$c29tZXNhbHQ$"
		    "iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8" },
		{ "old version", "$argon2id$v=16$m=256,t=2,p=1" TAIL },
		{ "no version", "$argon2id$m=256,t=2,p=1" TAIL },
		{ "upper case", "$ARGON2ID$v=19$m=256,t=2,p=1" TAIL },
		{ "a number that wraps to 256",
		    "$argon2id$v=19$m=4294967552,t=2,p=1" TAIL },
		{ "no pass", "$argon2id$v=19$m=256,t=0,p=1" TAIL },
		{ "many lanes", "$argon2id$v=19$m=256,t=2,p=17" TAIL },
		{ "no lane", "$argon2id$v=19$m=256,t=2,p=0" TAIL },
		{ "no number", "$argon2id$v=19$m=,t=2,p=1" TAIL },
		{ "negative", "$argon2id$v=19$m=-256,t=2,p=1" TAIL },
		{ "leading zero", "$argon2id$v=19$m=0256,t=2,p=1" TAIL },
		{ "blank", "$argon2id$v=19$m= 256,t=2,p=1" TAIL },
		{ "another order", "$argon2id$v=19$t=2,m=256,p=1" TAIL },
		{ "something behind", REFERENCE "$" },
		{ "no digest", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$" },
		{ "one character changed",
		    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$"
		    "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/5" },
		{ "bcrypt",
		    "$2b$12$w9TmY0SW5qWjv7kILvfOT.ceCEeUyhdQxCsRB3xXyKC25Ikk"
		    "4bNm2" },
	};

	(void)state;
	assert_true(
	    password_verify("$argon2id$v=19$m=256,t=2,p=1" TAIL, "password"));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (password_verify(cases[i].stored, "password"))
			fail_msg("accepted: %s", cases[i].rule);
}

static void nobody_has_no_password(void **state)
{
	(void)state;
	assert_false(password_verify_nobody(&cheap, ""));
	assert_false(password_verify_nobody(&cheap, "Corr3ct-horse"));
}

static int64_t cost_of(bool nobody, const struct config *config,
    const char *stored, const char *password)
{
	struct timespec from, to;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	if (nobody)
		password_verify_nobody(config, password);
	else
		password_verify(stored, password);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	return (to.tv_sec - from.tv_sec) * 1000000000 +
	    (to.tv_nsec - from.tv_nsec);
}

/* Coarse: what it excludes is that nothing, or half of it, is computed. */
static void nobody_costs_what_a_wrong_password_costs(void **state)
{
	struct config config = cheap;
	const char *stored = NULL;
	int64_t somebody = INT64_MAX, nobody = INT64_MAX;

	config.password_memory = 8 * 1024 * 1024;
	stored = password_hash(*state, &config, "Corr3ct-horse");
	for (int i = 0; i < 9; i++) {
		int64_t a = cost_of(false, &config, stored, "wrong");
		int64_t b = cost_of(true, &config, stored, "wrong");

		somebody = a < somebody ? a : somebody;
		nobody = b < nobody ? b : nobody;
	}
	assert_in_range(nobody, somebody * 7 / 10, somebody * 13 / 10);
}

static void refuses_what_would_stop_the_machine(void **state)
{
	const char *big = "$argon2id$v=19$m=1048577,t=1,p=1" TAIL;
	struct config config = cheap;

	config.password_passes = 10;
	assert_true(password_verify(
	    password_hash(*state, &config, "Corr3ct-horse"), "Corr3ct-horse"));
	config.password_passes = 11;
	assert_false(password_verify(
	    password_hash(*state, &config, "Corr3ct-horse"), "Corr3ct-horse"));
	/* To fill 1 GiB takes some hundreds of milliseconds. */
	assert_in_range(cost_of(false, NULL, big, "password"), 0, 20000000);
}

static void asks_to_hash_again(void **state)
{
	static const struct {
		const char *rule, *stored;
		bool again;
	} cases[] = {
		{ "as configured", "$argon2id$v=19$m=64,t=2,p=1" TAIL, false },
		{ "dearer", "$argon2id$v=19$m=128,t=3,p=1" TAIL, false },
		{ "less memory", "$argon2id$v=19$m=63,t=2,p=1" TAIL, true },
		{ "fewer passes", "$argon2id$v=19$m=64,t=1,p=1" TAIL, true },
		{ "another number of lanes", "$argon2id$v=19$m=64,t=2,p=2" TAIL,
		    true },
		{ "argon2i", "$argon2i$v=19$m=64,t=2,p=1" TAIL, true },
		{ "another format", "pbkdf2_sha256$1$a$b", true },
		{ "nothing", "", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (password_needs_rehash(&cheap, cases[i].stored) !=
		    cases[i].again)
			fail_msg("wrong: %s", cases[i].rule);
	assert_false(password_needs_rehash(
	    &cheap, password_hash(*state, &cheap, "Corr3ct-horse")));
}

#define USERNAME "The password is too similar to the username."
#define FIRST_NAME "The password is too similar to the first name."
#define LAST_NAME "The password is too similar to the last name."
#define EMAIL "The password is too similar to the email address."
#define SHORT \
	"This password is too short. It must contain at least 8 characters."
#define COMMON "This password is too common."
#define NUMERIC "This password is entirely numeric."

#define BOBBY                                                \
	{                                                    \
		"bobbyuser", "", "", "bobmail77@example.com" \
	}
#define CAROL                                        \
	{                                            \
		"carol", "", "", "carol@example.com" \
	}
#define ALICE                                                        \
	{                                                            \
		"alice", "Alicia", "Wonderling", "alice@example.com" \
	}
#define NOBODY                         \
	{                              \
		NULL, NULL, NULL, NULL \
	}

static void judges_new_passwords(void **state)
{
	static const struct {
		const char *rule, *password;
		struct person person;
		const char *faults[PASSWORD_FAULTS_MAX];
	} cases[] = {
		/* recorded from the framework whose rules these are */
		{ "too short", "Ab3x-", BOBBY, { SHORT } },
		{ "only digits", "8362719405", BOBBY, { NUMERIC } },
		{ "like the username", "bobby-user1", BOBBY, { USERNAME } },
		{ "like a word of the address", "bobmail77x", BOBBY,
		    { EMAIL } },
		{ "like the username, and common", "carol123", CAROL,
		    { USERNAME, COMMON } },
		{ "three rules at once, in order", "12345", CAROL,
		    { SHORT, COMMON, NUMERIC } },
		{ "a good one", "Corr3ct-horse", ALICE, { 0 } },
		/* similarity */
		{ "like the first name", "aliciaXX", ALICE, { FIRST_NAME } },
		{ "like the last name", "wonderlingXX", ALICE, { LAST_NAME } },
		{ "like the domain", "example.comm", ALICE, { EMAIL } },
		{ "in any order of letters", "resuybbob", BOBBY, { USERNAME } },
		{ "in any case", "BOBBYUSER", BOBBY, { USERNAME } },
		{ "14 of 20 characters", "abcdefgxyz",
		    { "abcdefguvw", NULL, NULL, NULL }, { USERNAME } },
		{ "12 of 20 characters", "abcdefxyzq",
		    { "abcdefuvwr", NULL, NULL, NULL }, { 0 } },
		{ "a repeated character counts as often as both have it",
		    "aaaaaaaz-x1", { "abcdefgh", NULL, NULL, NULL }, { 0 } },
		{ "one word of the username", "montgomeryx",
		    { "x.montgomery+y", NULL, NULL, NULL }, { USERNAME } },
		{ "_ does not part words", "montgomerz",
		    { "montgomery_abcdefghijkl", NULL, NULL, NULL }, { 0 } },
		{ "a hyphen does", "montgomerz",
		    { "montgomery-abcdefghijkl", NULL, NULL, NULL },
		    { USERNAME } },
		{ "letters beyond ASCII are letters", "señorit4Ñ",
		    { "SEÑORITA", NULL, NULL, NULL }, { USERNAME } },
		{ "nothing known of the person", "bobby-user1", NOBODY, { 0 } },
		{ "a one-letter name", "Corr3ct-horse",
		    { "c", "o", "r", "e@example.com" }, { 0 } },
		/* length */
		{ "7 characters", "q7#Vw2z", NOBODY, { SHORT } },
		{ "8 characters", "q7#Vw2zK", NOBODY, { 0 } },
		{ "8 characters of 4 bytes", "😀😁😂🤣😃😄😅😆",
		    NOBODY, { 0 } },
		{ "7 characters of 4 bytes", "😀😁😂🤣😃😄😅",
		    NOBODY, { SHORT } },
		{ "blanks count", "q7# Vw2 ", NOBODY, { 0 } },
		/* common ones */
		{ "common", "password123", NOBODY, { COMMON } },
		{ "common in other case", "PassWord123", NOBODY, { COMMON } },
		{ "common with blanks around", " \xc2\xa0password123\t", NOBODY,
		    { COMMON } },
		{ "common with a newline behind", "password123\n", NOBODY,
		    { COMMON } },
		{ "common with blanks inside", "password 123", NOBODY, { 0 } },
		{ "common with something behind", "password123\n0", NOBODY,
		    { 0 } },
		{ "common and numeric", "123456789", NOBODY,
		    { COMMON, NUMERIC } },
		/* digits */
		{ "digits of another script", "٨٣٦٢٧١٩٤٠٥", NOBODY,
		    { NUMERIC } },
		{ "superscripts", "¹²³¹²³¹²", NOBODY, { NUMERIC } },
		{ "digits and a blank", "83627 19405", NOBODY, { 0 } },
		{ "fractions are no digits", "½½½½½½½½", NOBODY, { 0 } },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *faults[PASSWORD_FAULTS_MAX] = { 0 };
		size_t wanted = 0;
		size_t count = password_faults(*state, &cheap,
		    cases[i].password, &cases[i].person, faults);

		while (wanted < PASSWORD_FAULTS_MAX &&
		    cases[i].faults[wanted] != NULL)
			wanted++;
		if (count != wanted)
			fail_msg("%s: %zu faults, first: %s", cases[i].rule,
			    count, count > 0 ? faults[0] : "");
		for (size_t j = 0; j < count; j++)
			if (strcmp(faults[j], cases[i].faults[j]) != 0)
				fail_msg("%s: %s", cases[i].rule, faults[j]);
	}
}

static void length_is_configured(void **state)
{
	struct config config = cheap;
	const struct person nobody = NOBODY;
	const char *faults[PASSWORD_FAULTS_MAX] = { 0 };

	config.password_min_length = 12;
	assert_int_equal(1,
	    password_faults(*state, &config, "q7#Vw2zKx,y", &nobody, faults));
	assert_string_equal(faults[0],
	    "This password is too short. It must contain at least 12 "
	    "characters.");
	assert_int_equal(0,
	    password_faults(*state, &config, "q7#Vw2zKx,yM", &nobody, faults));
	config.password_min_length = 1;
	assert_int_equal(
	    1, password_faults(*state, &config, "", &nobody, faults));
	assert_string_equal(faults[0],
	    "This password is too short. It must contain at least 1 "
	    "character.");
}

/* Every line is found, so the list is sorted; and it is as large as asked. */
static void every_line_of_the_list_is_found(void **state)
{
	struct config config = cheap;
	const struct person nobody = NOBODY;
	const char *line = common_passwords, *end = NULL, *last = "";
	size_t long_ones = 0;

	config.password_min_length = 0;
	for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		const char *faults[PASSWORD_FAULTS_MAX] = { 0 };
		struct arena *arena = *state;
		char *word = arena_copy(arena, line, (size_t)(end - line));

		if (password_faults(arena, &config, word, &nobody, faults) ==
			0 ||
		    strcmp(faults[0], COMMON) != 0)
			fail_msg("not found: %s", word);
		assert_true(strcmp(last, word) < 0);
		last = word;
		long_ones += strlen(word) >= 8;
	}
	assert_ptr_equal(line, common_passwords + common_passwords_size);
	assert_true(long_ones >= 10000);
}

static void words_beside_the_list_are_not_found(void **state)
{
	const char *second = strchr(common_passwords, '\n') + 1;
	const char *third = strchr(second, '\n');
	const char *const words[] = { "", "!\"", "~~~~~~~~", "passwordd0",
		"passwor", "zzzzzzzzzzzzzzzzz", "\x7f", "\xff",
		"\xc3\xa9t\xc3\xa9",
		/* two lines, as they stand */
		arena_copy(*state, common_passwords,
		    (size_t)(third - common_passwords)) };
	struct config config = cheap;
	const struct person nobody = NOBODY;

	config.password_min_length = 0;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		const char *faults[PASSWORD_FAULTS_MAX] = { 0 };

		if (password_faults(
			*state, &config, words[i], &nobody, faults) != 0)
			fail_msg("%s: %s", words[i], faults[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_what_it_verifies),
		cmocka_unit_test(cuts_nothing),
		cmocka_unit_test(never_hashes_more_than_the_limit),
		cmocka_unit_test(fails_without_memory),
		cmocka_unit_test(verifies_the_reference),
		cmocka_unit_test(refuses_other_stored_strings),
		cmocka_unit_test(nobody_has_no_password),
		cmocka_unit_test(nobody_costs_what_a_wrong_password_costs),
		cmocka_unit_test(refuses_what_would_stop_the_machine),
		cmocka_unit_test(asks_to_hash_again),
		cmocka_unit_test(judges_new_passwords),
		cmocka_unit_test(length_is_configured),
		cmocka_unit_test(every_line_of_the_list_is_found),
		cmocka_unit_test(words_beside_the_list_are_not_found),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
