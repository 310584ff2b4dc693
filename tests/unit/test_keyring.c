/* test_keyring.c - which key files are taken, and what the keys are. */
#include "token_fixture.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define SECRET "kW3vQx81-zPq0LmT7_yNc5RbUa2EoHd9" /* 32 bytes */

/* Each refused file differs from the accepted one by the fault alone. */
static const struct {
	const char *rule;
	enum algorithm algorithm;
	const char *accepted, *refused;
	const char *advice;
} secrets[] = {
	{ "32 bytes at least", HS256, SECRET, "kW3vQx81-zPq0LmT7_yNc5RbUa2EoHd",
	    "32 bytes" },
	{ "the newline at the end does not count", HS256, SECRET "\n",
	    "kW3vQx81-zPq0LmT7_yNc5RbUa2EoHd\n", "32 bytes" },
	{ "HS384 alike", HS384, SECRET, "kW3vQx81-zPq0LmT7_yNc5RbUa2EoHd",
	    "32 bytes" },
	{ "HS512 alike", HS512, SECRET, "kW3vQx81-zPq0LmT7_yNc5RbUa2EoHd",
	    "32 bytes" },
	{ "there are bytes", HS256, SECRET, "", "32 bytes" },
	{ "not one byte all over", HS256, SECRET,
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "placeholder" },
	{ "no changeme", HS256, "XhangeMe" SECRET, "ChangeMe" SECRET,
	    "placeholder" },
	{ "no change-me", HS256, SECRET "xhange-me", SECRET "change-me",
	    "placeholder" },
	{ "no secret-key", HS256, SECRET "Xecret-Key", SECRET "Secret-Key",
	    "placeholder" },
	{ "no your-256-bit-secret", HS256, SECRET "xour-256-bit-secret",
	    SECRET "your-256-bit-secret", "placeholder" },
	{ "no django-insecure", HS256, "xjango-insecure-" SECRET,
	    "django-insecure-" SECRET, "placeholder" },
	{ "no PEM as a secret", HS256, SECRET, RSA_PUBLIC, "PEM" },
};

static void takes_secrets_only(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(secrets); i++) {
		struct fixture *fixture = fixture_open();
		const char *problem = NULL;

		if (fixture_keys(fixture, secrets[i].algorithm,
			secrets[i].accepted, NULL) != NULL)
			fail_msg("refused: %s", secrets[i].rule);
		problem = fixture_keys(
		    fixture, secrets[i].algorithm, secrets[i].refused, NULL);
		if (problem == NULL || fixture->keys != NULL)
			fail_msg("taken: %s", secrets[i].rule);
		assert_non_null(strstr(problem, "signing_key: /tmp/keys"));
		assert_non_null(strstr(problem, secrets[i].advice));
		assert_null(strstr(problem, "kW3vQx81"));
		fixture_close(fixture);
	}
}

static const struct {
	const char *rule;
	enum algorithm algorithm;
	const char *signing, *verifying;
	bool is_taken;
} pairs[] = {
	{ "RS256 with RSA", RS256, RSA_PRIVATE, RSA_PUBLIC, true },
	{ "RS384 with RSA", RS384, RSA_PRIVATE, RSA_PUBLIC, true },
	{ "RS512 with RSA", RS512, RSA_PRIVATE, RSA_PUBLIC, true },
	{ "ES256 with P-256", ES256, P256_PRIVATE, P256_PUBLIC, true },
	{ "ES384 with P-384", ES384, P384_PRIVATE, P384_PUBLIC, true },
	{ "ES512 with P-521", ES512, P521_PRIVATE, P521_PUBLIC, true },
	{ "blanks around it", ES256, P256_PRIVATE, "\r\n" P256_PUBLIC "\n\n",
	    true },
	{ "public key alone", ES256, NULL, P256_PUBLIC, true },
	{ "private key alone", ES256, P256_PRIVATE, NULL, false },
	{ "halves of two keys", ES256, P256_OTHER_PRIVATE, P256_PUBLIC, false },
	{ "ES256 with P-384", ES256, P384_PRIVATE, P384_PUBLIC, false },
	{ "ES384 with P-256", ES384, P256_PRIVATE, P256_PUBLIC, false },
	{ "ES512 with P-384", ES512, P384_PRIVATE, P384_PUBLIC, false },
	{ "ES256 with secp256k1", ES256, SECP256K1_PRIVATE, SECP256K1_PUBLIC,
	    false },
	{ "ES256 with RSA", ES256, RSA_PRIVATE, RSA_PUBLIC, false },
	{ "RS256 with P-256", RS256, P256_PRIVATE, P256_PUBLIC, false },
	{ "RS256 with RSA of 2040 bits", RS256, RSA_SHORT_PRIVATE,
	    RSA_SHORT_PUBLIC, false },
	{ "the private key twice", ES256, P256_PRIVATE, P256_PRIVATE, false },
	{ "the public key twice", ES256, P256_PUBLIC, P256_PUBLIC, false },
	{ "a passphrase", ES256, P256_ENCRYPTED, P256_PUBLIC, false },
	{ "a secret", RS256, SECRET, SECRET, false },
	{ "two public keys", ES256, P256_PRIVATE, P256_PUBLIC P256_PUBLIC,
	    false },
	{ "text before it", ES256, P256_PRIVATE, "x\n" P256_PUBLIC, false },
	{ "text after it", ES256, P256_PRIVATE, P256_PUBLIC "x\n", false },
	{ "an empty block", ES256, P256_PRIVATE,
	    "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n", false },
	{ "no end", ES256, P256_PRIVATE, "-----BEGIN PUBLIC KEY-----\nMFkw",
	    false },
	{ "an empty file", ES256, P256_PRIVATE, "", false },
};

static void takes_pairs_that_fit_the_algorithm(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct fixture *fixture = fixture_open();
		const char *problem = fixture_keys(fixture, pairs[i].algorithm,
		    pairs[i].signing, pairs[i].verifying);

		if ((problem == NULL) != pairs[i].is_taken ||
		    (fixture->keys != NULL) != pairs[i].is_taken)
			fail_msg("%s: %s", pairs[i].rule, problem);
		fixture_close(fixture);
	}
}

static const char *problem_with_mode(mode_t signing, mode_t verifying)
{
	struct fixture *fixture = fixture_open();
	const char *problem = NULL;
	bool is_open = false;

	fixture->config.algorithm = ES256;
	fixture->config.signing_key = fixture_file(
	    fixture, "signing", P256_PRIVATE, strlen(P256_PRIVATE), signing);
	fixture->config.verifying_key = fixture_file(
	    fixture, "verifying", P256_PUBLIC, strlen(P256_PUBLIC), verifying);
	fixture->keys =
	    keyring_open(fixture->arena, &fixture->config, &problem);
	is_open = fixture->keys != NULL;
	fixture_close(fixture);
	return is_open ? "" : "refused";
}

static void refuses_files_of_everybody(void **state)
{
	(void)state;
	assert_string_equal(problem_with_mode(0600, 0644), "");
	assert_string_equal(problem_with_mode(0640, 0644), "");
	assert_string_equal(problem_with_mode(0644, 0644), "refused");
	assert_string_equal(problem_with_mode(0602, 0644), "refused");
	assert_string_equal(problem_with_mode(0600, 0646), "refused");
}

static void says_what_is_wrong(void **state)
{
	struct fixture *fixture = fixture_open();

	(void)state;
	assert_non_null(strstr(
	    fixture_keys(fixture, HS256, NULL, NULL), "signing_key: not set"));
	assert_non_null(strstr(fixture_keys(fixture, RS256, RSA_PRIVATE, NULL),
	    "algorithm: RS and ES need verifying_key"));
	assert_non_null(
	    strstr(fixture_keys(fixture, ES256, P256_ENCRYPTED, P256_PUBLIC),
		"passphrase"));
	assert_non_null(strstr(
	    fixture_keys(fixture, ES256, P256_OTHER_PRIVATE, P256_PUBLIC),
	    "two halves"));
	fixture->config.signing_key = "";
	fixture->config.verifying_key = "/nowhere/key";
	assert_non_null(strstr(fixture_keys(fixture, RS256, NULL, NULL),
	    "verifying_key: /nowhere/key: No such file"));
	fixture->config.verifying_key = "/tmp";
	assert_non_null(strstr(fixture_keys(fixture, RS256, NULL, NULL),
	    "verifying_key: /tmp: it is not a file"));
	fixture_close(fixture);
}

static void keeps_the_bytes_of_a_secret(void **state)
{
	static const char bytes[] = "\0" SECRET "\0\xFF\n";
	struct fixture *fixture = fixture_open();
	const char *problem = NULL;
	const struct key *key = NULL;

	(void)state;
	fixture->config.signing_key =
	    fixture_file(fixture, "signing", bytes, sizeof bytes - 1, 0600);
	fixture->keys =
	    keyring_open(fixture->arena, &fixture->config, &problem);
	key = keyring_signing(fixture->keys);
	assert_non_null(key);
	assert_int_equal(key->signing_size, sizeof bytes - 2);
	assert_memory_equal(key->signing, bytes, sizeof bytes - 2);
	fixture_close(fixture);
}

static const char *kid_of(struct fixture *fixture, enum algorithm algorithm,
    const char *signing, const char *verifying)
{
	assert_null(fixture_keys(fixture, algorithm, signing, verifying));
	return arena_string(
	    fixture->arena, keyring_next(fixture->keys, NULL)->id);
}

static void names_keys_by_what_verifies(void **state)
{
	struct fixture *fixture = fixture_open();
	const char *kid = kid_of(fixture, HS256, SECRET, NULL);

	(void)state;
	/* printf 'postern kid HS256\0SECRET' | sha256sum */
	assert_string_equal(kid, "4549e2b1918929d1");
	assert_string_equal(kid, kid_of(fixture, HS256, SECRET "\n", NULL));
	assert_string_not_equal(kid, kid_of(fixture, HS512, SECRET, NULL));
	assert_string_not_equal(kid, kid_of(fixture, HS256, SECRET "x", NULL));
	kid = kid_of(fixture, ES256, P256_PRIVATE, P256_PUBLIC);
	assert_string_equal(
	    kid, kid_of(fixture, ES256, P256_PRIVATE, "\n" P256_PUBLIC "\n"));
	assert_string_not_equal(
	    kid, kid_of(fixture, ES256, P256_OTHER_PRIVATE, P256_OTHER_PUBLIC));
	fixture_close(fixture);
}

static void finds_keys_by_name(void **state)
{
	struct fixture *fixture = fixture_hmac();
	const struct key *key = keyring_signing(fixture->keys);

	(void)state;
	assert_non_null(key);
	assert_ptr_equal(keyring_find(fixture->keys, key->id), key);
	assert_ptr_equal(keyring_next(fixture->keys, NULL), key);
	assert_null(keyring_next(fixture->keys, key));
	assert_null(keyring_find(fixture->keys, ""));
	assert_null(keyring_find(fixture->keys, "0123456789abcdef"));
	fixture_close(fixture);
}

static void signs_nothing_with_a_public_key(void **state)
{
	struct fixture *fixture = fixture_open();

	(void)state;
	assert_null(fixture_keys(fixture, ES256, NULL, P256_PUBLIC));
	assert_null(keyring_signing(fixture->keys));
	assert_non_null(keyring_next(fixture->keys, NULL));
	assert_null(keyring_signing(NULL));
	fixture_close(fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_secrets_only),
		cmocka_unit_test(takes_pairs_that_fit_the_algorithm),
		cmocka_unit_test(refuses_files_of_everybody),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(keeps_the_bytes_of_a_secret),
		cmocka_unit_test(names_keys_by_what_verifies),
		cmocka_unit_test(finds_keys_by_name),
		cmocka_unit_test(signs_nothing_with_a_public_key),
	};

	secret_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
