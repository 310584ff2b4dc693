/* test_token.c - forgeries, each beside a token that differs by its fault. */
#include "token_fixture.h"
#include "vectors_fixture.h"

#include "segment.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define OTHER_KEY_BASE64 \
	"YW5vdGhlci1rZXktMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"

/* Both signed with the right key; in HEADER `from` is replaced. */
static const struct {
	const char *rule, *from, *accepted, *refused;
} headers[] = {
	{ "not none", "HS256", "HS256", "none" },
	{ "not None", "HS256", "HS256", "None" },
	{ "not NONE", "HS256", "HS256", "NONE" },
	{ "alg in capitals", "HS256", "HS256", "hs256" },
	{ "alg not longer", "HS256", "HS256", "HS256x" },
	{ "alg without a NUL", "HS256", "HS256", "HS256\\u0000" },
	{ "no other HMAC", "HS256", "HS256", "HS512" },
	{ "no RSA", "HS256", "HS256", "RS256" },
	{ "no ECDSA", "HS256", "HS256", "ES256" },
	{ "no EdDSA", "HS256", "HS256", "EdDSA" },
	{ "alg there", "\"alg\":\"HS256\",", "\"alg\":\"HS256\",", "" },
	{ "alg not empty", "HS256", "HS256", "" },
	{ "alg a string", "\"HS256\"", "\"HS256\"", "256" },
	{ "alg not null", "\"HS256\"", "\"HS256\"", "null" },
	{ "alg not a list", "\"HS256\"", "\"HS256\"", "[\"HS256\"]" },
	{ "alg once", "{", "{\"alg2\":\"none\",", "{\"alg\":\"none\"," },
	{ "no crit", "}", ",\"cri\":[\"exp\"]}", ",\"crit\":[\"exp\"]}" },
	{ "no empty crit", "}", ",\"cri\":[]}", ",\"crit\":[]}" },
	{ "no null crit", "}", ",\"cri\":null}", ",\"crit\":null}" },
	{ "no b64", "}", ",\"b65\":false}", ",\"b64\":false}" },
	{ "not even true", "}", ",\"b65\":true}", ",\"b64\":true}" },
	{ "kid a string", "}", "}", ",\"kid\":7}" },
	{ "kid not null", "}", "}", ",\"kid\":null}" },
	{ "kid known", "}", "}", ",\"kid\":\"0123456789abcdef\"}" },
	{ "typ JWT", "\"JWT\"", "\"jwt\"", "\"JWS\"" },
	{ "typ a string", "\"JWT\"", "\"JWT\"", "7" },
	{ "typ there or not", ",\"typ\":\"JWT\"", "", ",\"typ\":null" },
	{ "an object", "}", "}", "}]" },
	{ "one object", "}", "}", "}{}" },
	{ "not a list", HEADER, HEADER, "[" HEADER "]" },
	{ "not a string", HEADER, HEADER, "\"HS256\"" },
	{ "JSON", "}", "}", "" },
	{ "strict JSON", "}", ",\"a\":1}", ",\"a\":01}" },
	{ "8 levels", "}", ",\"a\":[[[[[[[1]]]]]]]}",
	    ",\"a\":[[[[[[[[1]]]]]]]]}" },
	{ "UTF-8", "}", ",\"a\":\"\xC3\xA9\"}", ",\"a\":\"\xC3\"}" },
};

static void pins_the_header(void **state)
{
	struct fixture *fixture = fixture_hmac();
	struct arena *arena = fixture->arena;

	(void)state;
	for (size_t i = 0; i < COUNT(headers); i++) {
		const char *accepted =
		    with(arena, HEADER, headers[i].from, headers[i].accepted);
		const char *refused =
		    with(arena, HEADER, headers[i].from, headers[i].refused);

		if (verify_forged(fixture, accepted, PAYLOAD) != OK)
			fail_msg("refused: %s", headers[i].rule);
		if (verify_forged(fixture, refused, PAYLOAD) != TOKEN_INVALID)
			fail_msg("accepted: %s", headers[i].rule);
	}
	fixture_close(fixture);
}

/* What the sender brings along is no key: the same header, our key or not. */
static void brings_its_own_key(void **state)
{
	static const char *const members[] = {
		",\"jwk\":{\"kty\":\"oct\",\"k\":\"" OTHER_KEY_BASE64 "\"}}",
		",\"jku\":\"http://127.0.0.1:9/keys\"}",
		",\"x5u\":\"http://127.0.0.1:9/certificate\"}",
		",\"x5c\":[\"MIIB\"]}",
	};
	struct fixture *fixture = fixture_hmac();
	struct arena *arena = fixture->arena;

	(void)state;
	for (size_t i = 0; i < COUNT(members); i++) {
		const char *header = with(arena, HEADER, "}", members[i]);

		assert_int_equal(verify_forged(fixture, header, PAYLOAD), OK);
		assert_int_equal(verify(fixture, TOKEN_ACCESS,
				     forge(arena, header, PAYLOAD, OTHER_KEY)),
		    TOKEN_INVALID);
	}
	fixture_close(fixture);
}

static void names_the_key(void **state)
{
	struct fixture *fixture = fixture_hmac();
	struct arena *arena = fixture->arena;
	const char *kid = keyring_signing(fixture->keys)->id;
	const struct {
		const char *member;
		enum outcome outcome;
		bool is_unknown;
	} cases[] = {
		{ "}", OK, false },
		{ arena_printf(arena, ",\"kid\":\"%s\"}", kid), OK, false },
		{ arena_printf(arena, ",\"kid\":\"%sx\"}", kid), TOKEN_INVALID,
		    true },
		{ arena_printf(arena, ",\"kid\":\"%s\\u0000\"}", kid),
		    TOKEN_INVALID, false },
		{ ",\"kid\":\"\"}", TOKEN_INVALID, true },
		{ ",\"kid\":7}", TOKEN_INVALID, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *header = with(arena, HEADER, "}", cases[i].member);
		bool unknown_kid = !cases[i].is_unknown;
		struct claims claims;

		assert_int_equal(
		    token_verify(arena, &fixture->config, fixture->keys,
			TOKEN_ACCESS, forge(arena, header, PAYLOAD, HMAC_KEY),
			NOW, &claims, &unknown_kid),
		    cases[i].outcome);
		assert_int_equal(unknown_kid, cases[i].is_unknown);
	}
	fixture_close(fixture);
}

/* In PAYLOAD `from` is replaced; what follows is about its form alone. */
static const struct {
	const char *rule, *from, *accepted, *refused;
} payloads[] = {
	{ "claims once", "{", "{\"exp2\":1,", "{\"exp\":9999999999," },
	{ "an object", PAYLOAD, PAYLOAD, "[" PAYLOAD "]" },
	{ "not null", PAYLOAD, PAYLOAD, "null" },
	{ "one object", "}", "} ", "}{}" },
	{ "whole", "}", "}", "" },
	{ "strict JSON", "}", ",\"a\":1}", ",\"a\":+1}" },
	{ "no comma at the end", "}", "}", ",}" },
	{ "8 levels", "}", ",\"a\":[[[[[[[1]]]]]]]}",
	    ",\"a\":[[[[[[[[1]]]]]]]]}" },
	{ "UTF-8", "}", ",\"a\":\"\xC3\xA9\"}", ",\"a\":\"\xED\xA0\x80\"}" },
};

static void pins_the_form_of_the_payload(void **state)
{
	struct fixture *fixture = fixture_hmac();
	struct arena *arena = fixture->arena;

	(void)state;
	for (size_t i = 0; i < COUNT(payloads); i++) {
		const char *accepted = with(
		    arena, PAYLOAD, payloads[i].from, payloads[i].accepted);
		const char *refused =
		    with(arena, PAYLOAD, payloads[i].from, payloads[i].refused);

		if (verify_forged(fixture, HEADER, accepted) != OK)
			fail_msg("refused: %s", payloads[i].rule);
		if (verify_forged(fixture, HEADER, refused) != TOKEN_INVALID)
			fail_msg("accepted: %s", payloads[i].rule);
	}
	fixture_close(fixture);
}

/* The signature covers the characters, so both are signed as they stand. */
static void pins_the_characters_of_segments(void **state)
{
	struct fixture *fixture = fixture_hmac();
	struct arena *arena = fixture->arena;
	char *head = secret_base64url(arena, HEADER, strlen(HEADER));
	/* A byte over a multiple of three: four unused bits at the end. */
	const char *json = with(arena, PAYLOAD, "}", ",\"a\":\">>>>>abc\"}");
	char *body = secret_base64url(arena, json, strlen(json));
	const char *end = body + strlen(body) - 1;
	char *loose =
	    arena_printf(arena, "%.*s%c", (int)(end - body), body, *end + 1);
	char *ended = arena_copy(arena, json, strlen(json) + 2);
	const struct {
		const char *rule, *head, *body;
	} cases[] = {
		{ "unused bits", head, loose },
		{ "padding", head, arena_printf(arena, "%s==", body) },
		{ "a blank", head, arena_printf(arena, "%s ", body) },
		{ "a newline", head, arena_printf(arena, "%s\n", body) },
		{ "base64 of another kind", head, with(arena, body, "-", "+") },
		{ "one character more", head,
		    arena_printf(arena, "%sAAA", body) },
		{ "no header", "", body },
		{ "no payload", head, "" },
		{ "neither", "", "" },
		{ "text after a NUL", head,
		    secret_base64url(arena, ended, strlen(json) + 2) },
	};

	(void)state;
	assert_int_equal(strlen(json) % 3, 1);
	ended[strlen(json) + 1] = 'x';
	assert_int_equal(verify(fixture, TOKEN_ACCESS,
			     forge_segments(arena, head, body, HMAC_KEY)),
	    OK);
	for (size_t i = 0; i < COUNT(cases); i++)
		if (verify(fixture, TOKEN_ACCESS,
			forge_segments(arena, cases[i].head, cases[i].body,
			    HMAC_KEY)) != TOKEN_INVALID)
			fail_msg("accepted: %s", cases[i].rule);
	fixture_close(fixture);
}

static void has_three_segments(void **state)
{
	struct fixture *fixture = fixture_hmac();
	struct arena *arena = fixture->arena;
	const char *token = forge(arena, HEADER, PAYLOAD, HMAC_KEY);
	int unsigned_length = (int)(strrchr(token, '.') - token);
	char last = token[strlen(token) - 1];
	const char *const refused[] = {
		"",
		".",
		"..",
		"...",
		"a.b.c",
		arena_printf(arena, "%s.", token),
		arena_printf(arena, "%s.x", token),
		arena_printf(arena, ".%s", token),
		arena_printf(arena, "%.*s", unsigned_length, token),
		arena_printf(arena, "%.*s.", unsigned_length, token),
		arena_printf(arena, "%.*s.AAAA", unsigned_length, token),
		arena_printf(arena, " %s", token),
		arena_printf(arena, "%s ", token),
		arena_printf(arena, "%s=", token),
		arena_printf(
		    arena, "%.*s%c", (int)strlen(token) - 1, token, last + 1),
		with(arena, token, ".", ".."),
		with(arena, token, ".", "\xC3\xA9."),
	};

	(void)state;
	assert_int_equal(verify(fixture, TOKEN_ACCESS, token), OK);
	for (size_t i = 0; i < COUNT(refused); i++)
		assert_int_equal(
		    verify(fixture, TOKEN_ACCESS, refused[i]), TOKEN_INVALID);
	for (size_t size = 0; size < strlen(token); size++)
		assert_int_equal(verify(fixture, TOKEN_ACCESS,
				     arena_copy(arena, token, size)),
		    TOKEN_INVALID);
	fixture_close(fixture);
}

static void feels_every_change(void **state)
{
	struct fixture *fixture = fixture_hmac();
	struct arena *arena = fixture->arena;
	const char *token = forge(arena, HEADER, PAYLOAD, HMAC_KEY);

	(void)state;
	for (size_t i = 0; i < strlen(token); i++)
		for (const char *other = "AQgw.-\x80"; *other != '\0';
		     other++) {
			char *copy = arena_string(arena, token);

			if (copy[i] == *other)
				continue;
			copy[i] = *other;
			assert_int_equal(
			    verify(fixture, TOKEN_ACCESS, copy), TOKEN_INVALID);
		}
	fixture_close(fixture);
}

/* A good token of exactly this length. */
static const char *long_token(struct fixture *fixture, size_t length)
{
	struct arena *arena = fixture->arena;
	size_t rest = strlen(forge(arena, HEADER, "{}", HMAC_KEY)) - 3;
	size_t payload = (length - rest) * 3 / 4;
	const char *json = with(arena, PAYLOAD, "}", ",\"a\":\"\"}");
	char *filler = arena_alloc(arena, payload);

	memset(filler, 'x', payload - strlen(json));
	return forge(arena, HEADER,
	    with(arena, json, "\"\"", arena_printf(arena, "\"%s\"", filler)),
	    HMAC_KEY);
}

static void is_not_too_long(void **state)
{
	struct fixture *fixture = fixture_hmac();
	const char *token = long_token(fixture, TOKEN_LENGTH_MAX);
	const char *longer = long_token(fixture, TOKEN_LENGTH_MAX + 1);
	size_t huge = 9000000;
	char *text = test_malloc(huge + 1);

	(void)state;
	assert_int_equal(strlen(token), TOKEN_LENGTH_MAX);
	assert_int_equal(strlen(longer), TOKEN_LENGTH_MAX + 1);
	assert_int_equal(verify(fixture, TOKEN_ACCESS, token), OK);
	assert_int_equal(verify(fixture, TOKEN_ACCESS, longer), TOKEN_INVALID);
	memset(text, 'A', huge);
	text[huge] = '\0';
	assert_int_equal(verify(fixture, TOKEN_ACCESS, text), TOKEN_INVALID);
	text[huge / 3] = '.';
	text[huge / 2] = '.';
	assert_int_equal(verify(fixture, TOKEN_ACCESS, text), TOKEN_INVALID);
	test_free(text);
	fixture_close(fixture);
}

static const struct {
	const char *name;
	enum algorithm algorithm;
	const char *signing, *verifying, *token;
} algorithms[] = {
	{ "HS256", HS256, HMAC_KEY, NULL, PYJWT_HS256 },
	{ "HS384", HS384, HMAC_KEY, NULL, PYJWT_HS384 },
	{ "HS512", HS512, HMAC_KEY, NULL, PYJWT_HS512 },
	{ "RS256", RS256, RSA_PRIVATE, RSA_PUBLIC, PYJWT_RS256 },
	{ "RS384", RS384, RSA_PRIVATE, RSA_PUBLIC, PYJWT_RS384 },
	{ "RS512", RS512, RSA_PRIVATE, RSA_PUBLIC, PYJWT_RS512 },
	{ "ES256", ES256, P256_PRIVATE, P256_PUBLIC, PYJWT_ES256 },
	{ "ES384", ES384, P384_PRIVATE, P384_PUBLIC, PYJWT_ES384 },
	{ "ES512", ES512, P521_PRIVATE, P521_PUBLIC, PYJWT_ES512 },
};

/* Of the tokens of all algorithms a key ring accepts that of its own. */
static void takes_one_algorithm(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(algorithms); i++) {
		struct fixture *fixture = fixture_open();

		assert_null(fixture_keys(fixture, algorithms[i].algorithm,
		    algorithms[i].signing, algorithms[i].verifying));
		for (size_t j = 0; j < COUNT(algorithms); j++)
			if (verify(
				fixture, TOKEN_ACCESS, algorithms[j].token) !=
			    (i == j ? OK : TOKEN_INVALID))
				fail_msg("%s with the key of %s",
				    algorithms[j].name, algorithms[i].name);
		fixture_close(fixture);
	}
}

/*
 * HMAC compares characters, the others bytes: there a second spelling of the
 * signature would be a second token.
 */
static void has_one_spelling(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(algorithms); i++) {
		struct fixture *fixture = fixture_open();
		struct arena *arena = fixture->arena;
		const char *token = algorithms[i].token;
		char *loose = arena_string(arena, token);

		assert_null(fixture_keys(fixture, algorithms[i].algorithm,
		    algorithms[i].signing, algorithms[i].verifying));
		/* The lowest bit is unused, but for the whole triplets of 96
		 * and 132 bytes. */
		loose[strlen(loose) - 1]++;
		assert_int_equal(verify(fixture, TOKEN_ACCESS, token), OK);
		assert_int_equal(
		    verify(fixture, TOKEN_ACCESS, loose), TOKEN_INVALID);
		assert_int_equal(verify(fixture, TOKEN_ACCESS,
				     arena_printf(arena, "%s=", token)),
		    TOKEN_INVALID);
		assert_int_equal(verify(fixture, TOKEN_ACCESS,
				     arena_printf(arena, "%s==", token)),
		    TOKEN_INVALID);
		assert_int_equal(verify(fixture, TOKEN_ACCESS,
				     arena_printf(arena, "%s\n", token)),
		    TOKEN_INVALID);
		assert_int_equal(verify(fixture, TOKEN_ACCESS,
				     arena_printf(arena, "%sAAAA", token)),
		    TOKEN_INVALID);
		fixture_close(fixture);
	}
}

static void is_not_deceived_by_a_public_key(void **state)
{
	struct fixture *fixture = fixture_open();
	struct arena *arena = fixture->arena;

	(void)state;
	assert_null(fixture_keys(fixture, RS256, RSA_PRIVATE, RSA_PUBLIC));
	assert_int_equal(verify(fixture, TOKEN_ACCESS, PYJWT_RS256), OK);
	assert_int_equal(verify(fixture, TOKEN_ACCESS,
			     forge(arena, HEADER, PAYLOAD, RSA_PUBLIC)),
	    TOKEN_INVALID);
	assert_int_equal(verify(fixture, TOKEN_ACCESS,
			     forge(arena, "{\"alg\":\"RS256\",\"typ\":\"JWT\"}",
				 PAYLOAD, RSA_PUBLIC)),
	    TOKEN_INVALID);
	fixture_close(fixture);
}

static void takes_one_key(void **state)
{
	struct fixture *fixture = fixture_open();

	(void)state;
	assert_null(fixture_keys(fixture, ES256, P256_PRIVATE, P256_PUBLIC));
	assert_int_equal(verify(fixture, TOKEN_ACCESS, PYJWT_ES256), OK);
	assert_null(fixture_keys(
	    fixture, ES256, P256_OTHER_PRIVATE, P256_OTHER_PUBLIC));
	assert_int_equal(
	    verify(fixture, TOKEN_ACCESS, PYJWT_ES256), TOKEN_INVALID);
	assert_null(fixture_keys(fixture, HS256, HMAC_KEY, NULL));
	assert_int_equal(verify(fixture, TOKEN_ACCESS, PYJWT_HS256), OK);
	assert_null(fixture_keys(fixture, HS256, OTHER_KEY, NULL));
	assert_int_equal(
	    verify(fixture, TOKEN_ACCESS, PYJWT_HS256), TOKEN_INVALID);
	fixture_close(fixture);
}

/* RFC 7515 appendix A: the signature holds; only then a jti is missed. */
static void agrees_with_the_standard(void **state)
{
	static const struct {
		enum algorithm algorithm;
		const char *signing, *verifying, *token;
	} cases[] = {
		{ HS256, RFC_HS256_KEY, NULL, RFC_HS256 },
		{ RS256, RSA_PRIVATE, RSA_PUBLIC, RFC_RS256 },
		{ ES256, P256_PRIVATE, P256_PUBLIC, RFC_ES256 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fixture *fixture = fixture_open();
		char *token = arena_string(fixture->arena, cases[i].token);
		char *place = strrchr(token, '.') + 20;
		struct claims claims;

		assert_null(fixture_keys(fixture, cases[i].algorithm,
		    cases[i].signing, cases[i].verifying));
		assert_int_equal(token_verify(fixture->arena, &fixture->config,
				     fixture->keys, TOKEN_ACCESS, token,
				     RFC_EXP - 1, &claims, NULL),
		    TOKEN_WITHOUT_ID);
		assert_int_equal(
		    verify(fixture, TOKEN_ACCESS, token), TOKEN_EXPIRED);
		*place = *place == 'A' ? 'B' : 'A';
		assert_int_equal(
		    verify(fixture, TOKEN_ACCESS, token), TOKEN_INVALID);
		fixture_close(fixture);
	}
}

static void verifies_what_it_signs(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(algorithms); i++) {
		struct fixture *fixture = fixture_open();
		struct claims signed_claims = { .type = TOKEN_REFRESH,
			.exp = NOW + 60,
			.iat = NOW,
			.jti = ID,
			.user_id = "7",
			.sid = ID,
			.has_epoch = true,
			.epoch = 3 };
		struct claims claims;
		const char *text = NULL;

		assert_null(fixture_keys(fixture, algorithms[i].algorithm,
		    algorithms[i].signing, algorithms[i].verifying));
		assert_int_equal(token_sign(fixture->arena, &fixture->config,
				     fixture->keys, &signed_claims, &text),
		    OK);
		assert_int_equal(
		    token_verify(fixture->arena, &fixture->config,
			fixture->keys, TOKEN_REFRESH, text, NOW, &claims, NULL),
		    OK);
		assert_int_equal(claims.type, TOKEN_REFRESH);
		assert_int_equal(claims.exp, NOW + 60);
		assert_int_equal(claims.iat, NOW);
		assert_string_equal(claims.jti, ID);
		assert_string_equal(claims.user_id, "7");
		assert_string_equal(claims.sid, ID);
		assert_true(claims.has_epoch);
		assert_int_equal(claims.epoch, 3);
		fixture_close(fixture);
	}
}

static const struct segment *segment_at(
    struct arena *arena, const char *text, char end)
{
	size_t size = 0;
	const unsigned char *json = secret_from_base64url(
	    arena, text, (size_t)(strchr(text, end) - text), &size);

	assert_non_null(json);
	return segment_open(arena, (const char *)json, size);
}

static void signs_as_others_read_it(void **state)
{
	struct fixture *fixture = fixture_hmac();
	struct arena *arena = fixture->arena;
	struct claims claims = { .type = TOKEN_ACCESS,
		.exp = NOW + 300,
		.iat = NOW,
		.jti = ID,
		.user_id = "a\"\\\xC3\xA9/" };
	const struct segment *header = NULL, *payload = NULL;
	const char *text = NULL, *body = NULL;
	int64_t date = 0;

	(void)state;
	assert_int_equal(
	    token_sign(arena, &fixture->config, fixture->keys, &claims, &text),
	    OK);
	body = strchr(text, '.') + 1;
	assert_string_equal(text,
	    forge_segments(arena,
		arena_copy(arena, text, (size_t)(body - text - 1)),
		arena_copy(arena, body, (size_t)(strchr(body, '.') - body)),
		HMAC_KEY));
	header = segment_at(arena, text, '.');
	payload = segment_at(arena, body, '.');
	assert_string_equal(segment_string(header, "alg"), "HS256");
	assert_string_equal(segment_string(header, "typ"), "JWT");
	assert_string_equal(
	    segment_string(header, "kid"), keyring_signing(fixture->keys)->id);
	assert_string_equal(segment_string(payload, "token_type"), "access");
	assert_string_equal(
	    segment_string(payload, "user_id"), "a\"\\\xC3\xA9/");
	assert_string_equal(segment_string(payload, "jti"), ID);
	assert_true(segment_integer(payload, "exp", &date));
	assert_int_equal(date, NOW + 300);
	assert_true(segment_integer(payload, "iat", &date));
	assert_int_equal(date, NOW);
	assert_false(segment_has(payload, "sid"));
	assert_false(segment_has(payload, "epoch"));
	assert_false(segment_has(payload, "iss"));
	assert_false(segment_has(payload, "aud"));
	fixture_close(fixture);
}

static void needs_keys(void **state)
{
	struct fixture *fixture = fixture_open();
	struct claims claims = { .type = TOKEN_ACCESS, .jti = ID };
	const char *text = NULL;

	(void)state;
	assert_int_equal(
	    token_sign(fixture->arena, &fixture->config, NULL, &claims, &text),
	    UNAVAILABLE);
	assert_int_equal(
	    verify(fixture, TOKEN_ACCESS, PYJWT_HS256), UNAVAILABLE);
	assert_null(fixture_keys(fixture, ES256, NULL, P256_PUBLIC));
	assert_int_equal(token_sign(fixture->arena, &fixture->config,
			     fixture->keys, &claims, &text),
	    UNAVAILABLE);
	assert_int_equal(verify(fixture, TOKEN_ACCESS, PYJWT_ES256), OK);
	fixture_close(fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pins_the_header),
		cmocka_unit_test(brings_its_own_key),
		cmocka_unit_test(names_the_key),
		cmocka_unit_test(pins_the_form_of_the_payload),
		cmocka_unit_test(pins_the_characters_of_segments),
		cmocka_unit_test(has_three_segments),
		cmocka_unit_test(feels_every_change),
		cmocka_unit_test(is_not_too_long),
		cmocka_unit_test(takes_one_algorithm),
		cmocka_unit_test(has_one_spelling),
		cmocka_unit_test(is_not_deceived_by_a_public_key),
		cmocka_unit_test(takes_one_key),
		cmocka_unit_test(agrees_with_the_standard),
		cmocka_unit_test(verifies_what_it_signs),
		cmocka_unit_test(signs_as_others_read_it),
		cmocka_unit_test(needs_keys),
	};

	secret_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
