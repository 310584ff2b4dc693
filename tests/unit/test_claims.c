/* test_claims.c - the rules for the claims of a token. */
#include "token_fixture.h"

#include "claims.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define EXP "\"exp\":1700000300"
#define IAT "\"iat\":1700000000"
#define JTI "\"jti\":\"" ID "\""
#define USER "\"user_id\":\"7\""
#define TYPE "\"token_type\":\"access\""

/* PAYLOAD with `from` replaced, at NOW: the two differ by the fault alone. */
struct rule {
	const char *rule, *from, *accepted, *refused;
	enum outcome outcome;
};

static void check_rules(
    struct fixture *fixture, const struct rule *rules, size_t count)
{
	struct arena *arena = fixture->arena;

	for (size_t i = 0; i < count; i++) {
		const char *accepted =
		    with(arena, PAYLOAD, rules[i].from, rules[i].accepted);
		const char *refused =
		    with(arena, PAYLOAD, rules[i].from, rules[i].refused);

		if (verify_forged(fixture, HEADER, accepted) != OK)
			fail_msg("refused: %s", rules[i].rule);
		if (verify_forged(fixture, HEADER, refused) != rules[i].outcome)
			fail_msg(
			    "not refused as it should be: %s", rules[i].rule);
	}
}

static const struct rule dates[] = {
	{ "exp is there", EXP, EXP, "\"exq\":1700000300", TOKEN_WITHOUT_EXP },
	{ "now is before exp", EXP, "\"exp\":1700000001", "\"exp\":1700000000",
	    TOKEN_EXPIRED },
	{ "long before", EXP, EXP, "\"exp\":1", TOKEN_EXPIRED },
	{ "exp is not negative", EXP, EXP, "\"exp\":-1", TOKEN_EXPIRED },
	{ "fractions are cut off", EXP, "\"exp\":1700000001.0",
	    "\"exp\":1700000000.9", TOKEN_EXPIRED },
	{ "exponents count", EXP, "\"exp\":1.7000003e9", "\"exp\":1.7e9",
	    TOKEN_EXPIRED },
	{ "exp is no text", EXP, EXP, "\"exp\":\"1700000300\"", TOKEN_INVALID },
	{ "exp is no word", EXP, EXP, "\"exp\":\"tomorrow\"", TOKEN_INVALID },
	{ "exp is not null", EXP, EXP, "\"exp\":null", TOKEN_INVALID },
	{ "exp is not true", EXP, EXP, "\"exp\":true", TOKEN_INVALID },
	{ "exp is no list", EXP, EXP, "\"exp\":[1700000300]", TOKEN_INVALID },
	{ "exp is no object", EXP, EXP, "\"exp\":{}", TOKEN_INVALID },
	{ "exp is in the year 9999 at most", EXP, "\"exp\":253402300799",
	    "\"exp\":253402300800", TOKEN_INVALID },
	{ "exp is not huge", EXP, EXP, "\"exp\":1e30", TOKEN_INVALID },
	{ "nor of 64 bits", EXP, EXP, "\"exp\":9223372036854775807",
	    TOKEN_INVALID },
	{ "nor of more", EXP, EXP, "\"exp\":99999999999999999999999999",
	    TOKEN_INVALID },
	{ "nor infinite", EXP, EXP, "\"exp\":1e400", TOKEN_INVALID },
	{ "nor hugely negative", EXP, "\"exp\":1700000300", "\"exp\":-1e30",
	    TOKEN_INVALID },
	{ "nbf has passed", "}", ",\"nbf\":1700000000}", ",\"nbf\":1700000001}",
	    TOKEN_INVALID },
	{ "nbf is no text", "}", ",\"nbf\":0}", ",\"nbf\":\"0\"}",
	    TOKEN_INVALID },
	{ "nbf is not null", "}", "}", ",\"nbf\":null}", TOKEN_INVALID },
	{ "nbf is not false", "}", ",\"nbf\":0}", ",\"nbf\":false}",
	    TOKEN_INVALID },
	{ "nbf is not huge", "}", ",\"nbf\":-9007199254740992}",
	    ",\"nbf\":-9007199254740993}", TOKEN_INVALID },
	{ "iat is 5 s ahead at most", IAT, "\"iat\":1700000005",
	    "\"iat\":1700000006", TOKEN_INVALID },
	{ "iat is there or not", IAT, "\"iau\":1", "\"iat\":null",
	    TOKEN_INVALID },
	{ "iat is no text", IAT, IAT, "\"iat\":\"1700000000\"", TOKEN_INVALID },
	{ "iat is not huge", IAT, "\"iat\":-9007199254740992",
	    "\"iat\":-9007199254740993", TOKEN_INVALID },
};

static void keeps_time(void **state)
{
	struct fixture *fixture = fixture_hmac();

	(void)state;
	check_rules(fixture, dates, COUNT(dates));
	fixture_close(fixture);
}

static void bears_with_clocks(void **state)
{
	static const struct rule rules[] = {
		{ "exp within 60 s", EXP, "\"exp\":1699999941",
		    "\"exp\":1699999940", TOKEN_EXPIRED },
		{ "nbf within 60 s", "}", ",\"nbf\":1700000060}",
		    ",\"nbf\":1700000061}", TOKEN_INVALID },
		{ "iat within 60 s", IAT, "\"iat\":1700000060",
		    "\"iat\":1700000061", TOKEN_INVALID },
	};
	static const struct rule few[] = {
		{ "iat within 5 s", IAT, "\"iat\":1700000005",
		    "\"iat\":1700000006", TOKEN_INVALID },
		{ "nbf within 2 s", "}", ",\"nbf\":1700000002}",
		    ",\"nbf\":1700000003}", TOKEN_INVALID },
	};
	struct fixture *fixture = fixture_hmac();

	(void)state;
	fixture->config.leeway = 60;
	check_rules(fixture, rules, COUNT(rules));
	fixture->config.leeway = 2;
	check_rules(fixture, few, COUNT(few));
	fixture_close(fixture);
}

static void knows_its_issuer(void **state)
{
	static const struct rule rules[] = {
		{ "iss is there", "}", ",\"iss\":\"we\"}", "}", TOKEN_INVALID },
		{ "iss is the same", "}", ",\"iss\":\"we\"}",
		    ",\"iss\":\"they\"}", TOKEN_INVALID },
		{ "not a part", "}", ",\"iss\":\"we\"}", ",\"iss\":\"w\"}",
		    TOKEN_INVALID },
		{ "not more", "}", ",\"iss\":\"we\"}", ",\"iss\":\"we!\"}",
		    TOKEN_INVALID },
		{ "not cut at a NUL", "}", ",\"iss\":\"we\"}",
		    ",\"iss\":\"we\\u0000\"}", TOKEN_INVALID },
		{ "not in capitals", "}", ",\"iss\":\"we\"}",
		    ",\"iss\":\"WE\"}", TOKEN_INVALID },
		{ "not in a list", "}", ",\"iss\":\"we\"}",
		    ",\"iss\":[\"we\"]}", TOKEN_INVALID },
	};
	struct fixture *fixture = fixture_hmac();

	(void)state;
	assert_int_equal(
	    verify_forged(fixture, HEADER,
		with(fixture->arena, PAYLOAD, "}", ",\"iss\":\"they\"}")),
	    OK);
	fixture->config.issuer = "we";
	check_rules(fixture, rules, COUNT(rules));
	fixture_close(fixture);
}

static void knows_its_audience(void **state)
{
	static const char *const audience[] = { "us", "all", NULL };
	static const struct rule rules[] = {
		{ "aud is there", "}", ",\"aud\":\"us\"}", "}", TOKEN_INVALID },
		{ "aud is one of ours", "}", ",\"aud\":\"all\"}",
		    ",\"aud\":\"they\"}", TOKEN_INVALID },
		{ "not a part", "}", ",\"aud\":\"us\"}", ",\"aud\":\"u\"}",
		    TOKEN_INVALID },
		{ "not cut at a NUL", "}", ",\"aud\":\"us\"}",
		    ",\"aud\":\"us\\u0000\"}", TOKEN_INVALID },
		{ "one in a list", "}", ",\"aud\":[\"they\",\"us\"]}",
		    ",\"aud\":[\"they\",\"them\"]}", TOKEN_INVALID },
		{ "a list has elements", "}", ",\"aud\":[\"us\"]}",
		    ",\"aud\":[]}", TOKEN_INVALID },
		{ "a list has strings only", "}", ",\"aud\":[\"us\",\"5\"]}",
		    ",\"aud\":[\"us\",5]}", TOKEN_INVALID },
		{ "aud is no number", "}", ",\"aud\":\"us\"}", ",\"aud\":5}",
		    TOKEN_INVALID },
		{ "aud is no object", "}", ",\"aud\":\"us\"}",
		    ",\"aud\":{\"us\":\"us\"}}", TOKEN_INVALID },
		{ "aud is not null", "}", ",\"aud\":\"us\"}", ",\"aud\":null}",
		    TOKEN_INVALID },
	};
	static const struct rule nobody[] = {
		{ "meant for somebody else", "}", "}", ",\"aud\":\"they\"}",
		    TOKEN_INVALID },
		{ "meant for nobody", "}", "}", ",\"aud\":[]}", TOKEN_INVALID },
	};
	struct fixture *fixture = fixture_hmac();

	(void)state;
	check_rules(fixture, nobody, COUNT(nobody));
	fixture->config.audience = audience;
	check_rules(fixture, rules, COUNT(rules));
	fixture_close(fixture);
}

static const struct rule names[] = {
	{ "jti is there", JTI, JTI, "\"jtj\":\"a\"", TOKEN_WITHOUT_ID },
	{ "jti is not empty", JTI, "\"jti\":\"a\"", "\"jti\":\"\"",
	    TOKEN_WITHOUT_ID },
	{ "jti is a string", JTI, "\"jti\":\"7\"", "\"jti\":7", TOKEN_INVALID },
	{ "jti is not null", JTI, JTI, "\"jti\":null", TOKEN_INVALID },
	{ "jti is plain", JTI, "\"jti\":\"a\"", "\"jti\":\"a\\u0000b\"",
	    TOKEN_INVALID },
	{ "sub is a string", "}", ",\"sub\":\"42\"}", ",\"sub\":42}",
	    TOKEN_INVALID },
	{ "sub is not null", "}", "}", ",\"sub\":null}", TOKEN_INVALID },
	{ "sid is an id", "}", ",\"sid\":\"" ID "\"}",
	    ",\"sid\":\"0123456789ABCDEF0123456789ABCDEF\"}", TOKEN_INVALID },
	{ "sid is not shorter", "}", ",\"sid\":\"" ID "\"}",
	    ",\"sid\":\"0123456789abcdef0123456789abcde\"}", TOKEN_INVALID },
	{ "sid is not longer", "}", ",\"sid\":\"" ID "\"}",
	    ",\"sid\":\"" ID "0\"}", TOKEN_INVALID },
	{ "sid is not empty", "}", "}", ",\"sid\":\"\"}", TOKEN_INVALID },
	{ "sid is not null", "}", "}", ",\"sid\":null}", TOKEN_INVALID },
	{ "epoch is not negative", "}", ",\"epoch\":0}", ",\"epoch\":-1}",
	    TOKEN_INVALID },
	{ "epoch is whole", "}", ",\"epoch\":1}", ",\"epoch\":1.0}",
	    TOKEN_INVALID },
	{ "epoch is no text", "}", ",\"epoch\":1}", ",\"epoch\":\"1\"}",
	    TOKEN_INVALID },
	{ "epoch is not null", "}", "}", ",\"epoch\":null}", TOKEN_INVALID },
	{ "epoch is not true", "}", ",\"epoch\":1}", ",\"epoch\":true}",
	    TOKEN_INVALID },
	{ "epoch fits", "}", ",\"epoch\":9223372036854775806}",
	    ",\"epoch\":9223372036854775807}", TOKEN_INVALID },
	{ "type is there", TYPE, TYPE, "\"type\":\"access\"",
	    TOKEN_WITHOUT_TYPE },
	{ "type is access", TYPE, TYPE, "\"token_type\":\"refresh\"",
	    TOKEN_OF_WRONG_TYPE },
	{ "type is known", TYPE, TYPE, "\"token_type\":\"sliding\"",
	    TOKEN_OF_WRONG_TYPE },
	{ "type is not cut", TYPE, TYPE, "\"token_type\":\"access2\"",
	    TOKEN_OF_WRONG_TYPE },
	{ "nor at a NUL", TYPE, TYPE, "\"token_type\":\"access\\u0000\"",
	    TOKEN_INVALID },
	{ "type is in lower case", TYPE, TYPE, "\"token_type\":\"Access\"",
	    TOKEN_OF_WRONG_TYPE },
	{ "type is no list", TYPE, TYPE, "\"token_type\":[\"access\"]",
	    TOKEN_OF_WRONG_TYPE },
	{ "type is not null", TYPE, TYPE, "\"token_type\":null",
	    TOKEN_OF_WRONG_TYPE },
};

static void knows_the_types_of_claims(void **state)
{
	struct fixture *fixture = fixture_hmac();

	(void)state;
	check_rules(fixture, names, COUNT(names));
	fixture_close(fixture);
}

static void tells_token_types_apart(void **state)
{
	static const struct {
		const char *type;
		unsigned taken_as;
	} cases[] = {
		{ "access", TOKEN_ACCESS },
		{ "refresh", TOKEN_REFRESH },
		{ "sliding", TOKEN_SLIDING },
		{ "", 0 },
		{ "other", 0 },
	};
	struct fixture *fixture = fixture_hmac();
	struct arena *arena = fixture->arena;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *token = forge(arena, HEADER,
		    with(arena, PAYLOAD, "access", cases[i].type), HMAC_KEY);

		for (unsigned types = TOKEN_ACCESS; types <= TOKEN_ANY; types++)
			assert_int_equal(verify(fixture, types, token),
			    (types & cases[i].taken_as) != 0
				? OK
				: TOKEN_OF_WRONG_TYPE);
	}
	fixture_close(fixture);
}

/* Of two faults the one that is checked first is told. */
static void checks_in_order(void **state)
{
	static const struct {
		const char *payload;
		enum outcome outcome;
	} cases[] = {
		{ "{\"iat\":\"x\",\"exp\":1}", TOKEN_INVALID },
		{ "{\"nbf\":1700000001,\"exp\":1}", TOKEN_INVALID },
		{ "{\"exp\":1,\"sub\":7}", TOKEN_EXPIRED },
		{ "{\"sub\":7}", TOKEN_INVALID },
		{ "{\"jti\":7}", TOKEN_INVALID },
		{ "{}", TOKEN_WITHOUT_EXP },
		{ "{\"exp\":1700000001}", TOKEN_WITHOUT_ID },
		{ "{\"exp\":1700000001,\"jti\":\"a\"}", TOKEN_WITHOUT_TYPE },
		{ "{\"exp\":1700000001,\"jti\":\"a\","
		  "\"token_type\":\"refresh\"}",
		    TOKEN_OF_WRONG_TYPE },
		{ "{\"exp\":1700000001,\"jti\":\"a\","
		  "\"token_type\":\"access\"}",
		    OK },
	};
	struct fixture *fixture = fixture_hmac();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(
		    verify_forged(fixture, HEADER, cases[i].payload),
		    cases[i].outcome);
	assert_int_equal(
	    verify(fixture, TOKEN_ACCESS,
		forge(fixture->arena, HEADER, "{\"exp\":1}", OTHER_KEY)),
	    TOKEN_INVALID);
	fixture_close(fixture);
}

static struct claims claims_of(
    struct fixture *fixture, const char *from, const char *to)
{
	struct arena *arena = fixture->arena;
	const char *token =
	    forge(arena, HEADER, with(arena, PAYLOAD, from, to), HMAC_KEY);
	struct claims claims;

	assert_int_equal(token_verify(arena, &fixture->config, fixture->keys,
			     TOKEN_ANY, token, NOW, &claims, NULL),
	    OK);
	return claims;
}

static void identifies_the_user(void **state)
{
	struct fixture *fixture = fixture_hmac();
	struct arena *arena = fixture->arena;
	const char *longest = memset(arena_alloc(arena, 256), 'x', 255);
	const struct {
		const char *user_id, *expected;
	} cases[] = {
		{ "\"7\"", "7" },
		{ "7", "7" },
		{ "-7", "-7" },
		{ "9223372036854775806", "9223372036854775806" },
		{ "\"\\u00e9\"", "\xC3\xA9" },
		{ "\"99999999999999999999\"", "99999999999999999999" },
		{ arena_printf(arena, "\"%s\"", longest), longest },
		{ arena_printf(arena, "\"%sx\"", longest), NULL },
		{ "9223372036854775807", NULL },
		{ "7.0", NULL },
		{ "\"\"", NULL },
		{ "null", NULL },
		{ "true", NULL },
		{ "[\"7\"]", NULL },
		{ "{}", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct claims claims = claims_of(fixture, USER,
		    arena_printf(arena, "\"user_id\":%s", cases[i].user_id));

		if (cases[i].expected == NULL)
			assert_null(claims.user_id);
		else
			assert_string_equal(claims.user_id, cases[i].expected);
	}
	assert_null(claims_of(fixture, "," USER, "").user_id);
	fixture_close(fixture);
}

static void reads_what_is_there(void **state)
{
	struct fixture *fixture = fixture_hmac();
	struct claims claims = claims_of(fixture, "}", "}");

	(void)state;
	assert_int_equal(claims.type, TOKEN_ACCESS);
	assert_int_equal(claims.exp, NOW + 300);
	assert_int_equal(claims.iat, NOW);
	assert_string_equal(claims.jti, ID);
	assert_null(claims.sid);
	assert_false(claims.has_epoch);
	claims = claims_of(fixture, "}", ",\"sid\":\"" ID "\",\"epoch\":0}");
	assert_string_equal(claims.sid, ID);
	assert_true(claims.has_epoch);
	assert_int_equal(claims.epoch, 0);
	claims = claims_of(fixture, IAT, "\"iat\":1699999999.9");
	assert_int_equal(claims.iat, NOW - 1);
	claims = claims_of(fixture, IAT ",", "");
	assert_int_equal(claims.iat, 0);
	claims = claims_of(fixture, "access", "refresh");
	assert_int_equal(claims.type, TOKEN_REFRESH);
	fixture_close(fixture);
}

static const struct rule refresh_dates[] = {
	{ "refresh_exp is no text", "}", ",\"refresh_exp\":1700000300}",
	    ",\"refresh_exp\":\"1700000300\"}", TOKEN_INVALID },
	{ "not null", "}", "}", ",\"refresh_exp\":null}", TOKEN_INVALID },
	{ "not true", "}", ",\"refresh_exp\":1}", ",\"refresh_exp\":true}",
	    TOKEN_INVALID },
	{ "no list", "}", ",\"refresh_exp\":1}", ",\"refresh_exp\":[1]}",
	    TOKEN_INVALID },
	{ "in the year 9999 at most", "}", ",\"refresh_exp\":253402300799}",
	    ",\"refresh_exp\":253402300800}", TOKEN_INVALID },
	{ "not huge", "}", ",\"refresh_exp\":1e9}", ",\"refresh_exp\":1e30}",
	    TOKEN_INVALID },
};

/* That it has passed is the matter of who refreshes. */
static void reads_until_when_it_can_be_refreshed(void **state)
{
	struct fixture *fixture = fixture_hmac();
	struct claims claims;

	(void)state;
	check_rules(fixture, refresh_dates, COUNT(refresh_dates));
	claims = claims_of(fixture, "}", ",\"refresh_exp\":1699999999.9}");
	assert_int_equal(claims.refresh_exp, NOW - 1);
	claims = claims_of(fixture, "}", "}");
	assert_int_equal(claims.refresh_exp, 0);
	fixture_close(fixture);
}

static void writes_issuer_and_audience(void **state)
{
	static const char *const one[] = { "us", NULL };
	static const char *const two[] = { "them", "us", NULL };
	struct fixture *fixture = fixture_hmac();
	const struct claims claims = {
		.type = TOKEN_ACCESS, .exp = NOW + 1, .jti = ID
	};
	const char *text = NULL;

	(void)state;
	fixture->config.issuer = "we";
	fixture->config.audience = one;
	assert_int_equal(token_sign(fixture->arena, &fixture->config,
			     fixture->keys, &claims, &text),
	    OK);
	assert_int_equal(verify(fixture, TOKEN_ACCESS, text), OK);
	fixture->config.audience = two + 1;
	assert_int_equal(verify(fixture, TOKEN_ACCESS, text), OK);
	fixture->config.issuer = "they";
	assert_int_equal(verify(fixture, TOKEN_ACCESS, text), TOKEN_INVALID);
	fixture->config.issuer = "we";
	fixture->config.audience = two;
	assert_int_equal(token_sign(fixture->arena, &fixture->config,
			     fixture->keys, &claims, &text),
	    OK);
	fixture->config.audience = one;
	assert_int_equal(verify(fixture, TOKEN_ACCESS, text), OK);
	assert_non_null(
	    strstr(claims_text(fixture->arena, &fixture->config, &claims),
		"\"aud\":\"us\""));
	fixture->config.audience = two;
	assert_non_null(
	    strstr(claims_text(fixture->arena, &fixture->config, &claims),
		"\"iss\":\"we\",\"aud\":[\"them\",\"us\"]"));
	fixture_close(fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_time),
		cmocka_unit_test(bears_with_clocks),
		cmocka_unit_test(knows_its_issuer),
		cmocka_unit_test(knows_its_audience),
		cmocka_unit_test(knows_the_types_of_claims),
		cmocka_unit_test(tells_token_types_apart),
		cmocka_unit_test(checks_in_order),
		cmocka_unit_test(identifies_the_user),
		cmocka_unit_test(reads_what_is_there),
		cmocka_unit_test(reads_until_when_it_can_be_refreshed),
		cmocka_unit_test(writes_issuer_and_audience),
	};

	secret_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
