/* test_token_ring.c - which key of a ring a token is verified with. */
#include "token_fixture.h"
#include "vectors_fixture.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define THIRD_KEY "thirdly-key-0123456789abcdef0123456789abcdef"

static const struct ring_file ring[] = {
	{ "one.HS256.key", HMAC_KEY, 0 },
	{ "two.HS256.key", OTHER_KEY, 0 },
	{ "six.RS256.key", RSA_PRIVATE, 0 },
	{ "six.RS256.pub", RSA_PUBLIC, 0 },
	{ "far.ES256.imported", P256_PUBLIC, 0 },
	{ "old.HS256.retired", THIRD_KEY, 0 },
	{ "signing", "one", 0 },
	{ 0 },
};

/* The header is that of HEADER with `member` in it; signed by HMAC. */
static const struct {
	const char *rule, *member, *key;
	enum outcome outcome;
	bool is_unknown;
} tokens[] = {
	{ "the key that signs", ",\"kid\":\"one\"}", HMAC_KEY, OK, false },
	{ "one that verifies", ",\"kid\":\"two\"}", OTHER_KEY, OK, false },
	{ "the kid of another key", ",\"kid\":\"two\"}", HMAC_KEY,
	    TOKEN_INVALID, false },
	{ "and the other way round", ",\"kid\":\"one\"}", OTHER_KEY,
	    TOKEN_INVALID, false },
	{ "no kid, the first key", "}", HMAC_KEY, OK, false },
	{ "no kid, the second key", "}", OTHER_KEY, OK, false },
	{ "no kid, no key", "}", THIRD_KEY, TOKEN_INVALID, false },
	{ "an unknown kid", ",\"kid\":\"ten\"}", HMAC_KEY, TOKEN_INVALID,
	    true },
	{ "a retired kid", ",\"kid\":\"old\"}", THIRD_KEY, TOKEN_INVALID,
	    true },
	{ "the kid of a public key, which is the secret", ",\"kid\":\"six\"}",
	    RSA_PUBLIC, TOKEN_INVALID, false },
	{ "the same without a kid", "}", RSA_PUBLIC, TOKEN_INVALID, false },
	{ "a public key of another issuer", ",\"kid\":\"far\"}", P256_PUBLIC,
	    TOKEN_INVALID, false },
	{ "the same without a kid", "}", P256_PUBLIC, TOKEN_INVALID, false },
	{ "the name of a file", ",\"kid\":\"one.HS256.key\"}", HMAC_KEY,
	    TOKEN_INVALID, true },
	{ "a way to a file", ",\"kid\":\"../keys/one\"}", HMAC_KEY,
	    TOKEN_INVALID, true },
};

static void pins_the_key_of_the_kid(void **state)
{
	struct fixture *fixture = fixture_open();
	struct arena *arena = fixture->arena;

	(void)state;
	assert_null(fixture_ring(fixture, ring));
	for (size_t i = 0; i < COUNT(tokens); i++) {
		bool unknown_kid = !tokens[i].is_unknown;
		struct claims claims;
		enum outcome outcome = token_verify(arena, &fixture->config,
		    fixture->keys, TOKEN_ACCESS,
		    forge(arena, with(arena, HEADER, "}", tokens[i].member),
			PAYLOAD, tokens[i].key),
		    NOW, &claims, &unknown_kid);

		if (outcome != tokens[i].outcome ||
		    unknown_kid != tokens[i].is_unknown)
			fail_msg("%s", tokens[i].rule);
	}
	fixture_close(fixture);
}

/* The algorithm in the header picks among the keys, and never more. */
static void tries_keys_of_the_algorithm(void **state)
{
	struct fixture *fixture = fixture_open();

	(void)state;
	assert_null(fixture_ring(fixture, ring));
	assert_int_equal(verify(fixture, TOKEN_ACCESS, PYJWT_HS256), OK);
	assert_int_equal(verify(fixture, TOKEN_ACCESS, PYJWT_RS256), OK);
	assert_int_equal(verify(fixture, TOKEN_ACCESS, PYJWT_ES256), OK);
	assert_int_equal(
	    verify(fixture, TOKEN_ACCESS, PYJWT_HS512), TOKEN_INVALID);
	assert_int_equal(
	    verify(fixture, TOKEN_ACCESS, PYJWT_RS512), TOKEN_INVALID);
	assert_int_equal(
	    verify(fixture, TOKEN_ACCESS, PYJWT_ES384), TOKEN_INVALID);
	fixture_close(fixture);
}

/* A token of this type, signed by the ring; it carries the kid. */
static const char *sign(
    struct fixture *fixture, enum token_type type, int64_t exp)
{
	const struct claims claims = { .type = type,
		.exp = exp,
		.iat = NOW,
		.jti = ID,
		.user_id = "7",
		.sid = ID };
	const char *text = NULL;

	assert_int_equal(token_sign(fixture->arena, &fixture->config,
			     fixture->keys, &claims, &text),
	    OK);
	return text;
}

static void signs_with_the_key_that_is_named(void **state)
{
	struct fixture *fixture = fixture_open();
	const char *old = NULL, *text = NULL;

	(void)state;
	assert_null(fixture_ring(fixture, ring));
	old = sign(fixture, TOKEN_REFRESH, NOW + 60);
	assert_null(fixture_ring(fixture,
	    (const struct ring_file[]){ { "signing", "six", 0 }, { 0 } }));
	text = sign(fixture, TOKEN_REFRESH, NOW + 60);
	/* {"alg":"RS256",... begins so in base64url. */
	assert_ptr_equal(strstr(text, "eyJhbGciOiJSUzI1NiIs"), text);
	assert_int_equal(verify(fixture, TOKEN_REFRESH, text), OK);
	assert_int_equal(verify(fixture, TOKEN_REFRESH, old), OK);
	assert_null(fixture_ring(fixture,
	    (const struct ring_file[]){ { "one.HS256.key", NULL, 0 },
		{ "one.HS256.retired", HMAC_KEY, 0600 }, { 0 } }));
	assert_int_equal(verify(fixture, TOKEN_REFRESH, text), OK);
	assert_int_equal(verify(fixture, TOKEN_REFRESH, old), TOKEN_INVALID);
	fixture_close(fixture);
}

/* The same key once as that of another issuer, once as one of ours. */
static void takes_access_tokens_alone_of_others(void **state)
{
	static const unsigned asked[] = { TOKEN_ACCESS, TOKEN_REFRESH,
		TOKEN_SLIDING, TOKEN_ACCESS | TOKEN_SLIDING, TOKEN_ANY };
	static const enum token_type types[] = { TOKEN_ACCESS, TOKEN_REFRESH,
		TOKEN_SLIDING };
	const struct ring_file issuer[] = { { "x.RS256.key", RSA_PRIVATE, 0 },
		{ "x.RS256.pub", RSA_PUBLIC, 0 }, { "signing", "x", 0 },
		{ 0 } };
	const struct ring_file ours[] = { { "x.RS256.pub", RSA_PUBLIC, 0 },
		{ 0 } };
	const struct ring_file theirs[] = {
		{ "x.RS256.imported", RSA_PUBLIC, 0 }, { 0 }
	};
	struct fixture *other = fixture_open(), *own = fixture_open(),
		       *foreign = fixture_open();

	(void)state;
	assert_null(fixture_ring(other, issuer));
	assert_null(fixture_ring(own, ours));
	assert_null(fixture_ring(foreign, theirs));
	for (size_t i = 0; i < COUNT(types); i++)
		for (size_t j = 0; j < COUNT(asked); j++) {
			const char *text = sign(other, types[i], NOW + 60);
			bool is_asked = (asked[j] & types[i]) != 0;

			assert_int_equal(verify(own, asked[j], text),
			    is_asked ? OK : TOKEN_OF_WRONG_TYPE);
			assert_int_equal(verify(foreign, asked[j], text),
			    types[i] != TOKEN_ACCESS ? TOKEN_INVALID
				: is_asked           ? OK
						     : TOKEN_OF_WRONG_TYPE);
		}
	assert_int_equal(
	    verify(foreign, TOKEN_ACCESS, sign(other, TOKEN_ACCESS, NOW)),
	    TOKEN_EXPIRED);
	fixture_close(foreign);
	fixture_close(own);
	fixture_close(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pins_the_key_of_the_kid),
		cmocka_unit_test(tries_keys_of_the_algorithm),
		cmocka_unit_test(signs_with_the_key_that_is_named),
		cmocka_unit_test(takes_access_tokens_alone_of_others),
	};

	secret_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
