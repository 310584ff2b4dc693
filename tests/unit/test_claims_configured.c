/* test_claims_configured.c - claims under other names, and claims of ones own. */
#include "token_fixture.h"

#include "claims.h"
#include "profile.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* PAYLOAD where the user is sub, the type typ and the id id. */
#define RENAMED                                                      \
	"{\"typ\":\"access\",\"exp\":1700000300,\"iat\":1700000000," \
	"\"id\":\"" ID "\",\"sub\":\"7\",\"hash\":3,\"until\":1700000400}"

static struct fixture *fixture_renamed(void)
{
	struct fixture *fixture = fixture_hmac();

	fixture->config.user_id_claim = "sub";
	fixture->config.token_type_claim = "typ";
	fixture->config.jti_claim = "id";
	fixture->config.revoke_token_claim = "hash";
	fixture->config.sliding_token_refresh_exp_claim = "until";
	return fixture;
}

static enum outcome read_claims(
    struct fixture *fixture, const char *payload, struct claims *claims)
{
	return token_verify(fixture->arena, &fixture->config, fixture->keys,
	    TOKEN_ANY, forge(fixture->arena, HEADER, payload, HMAC_KEY), NOW,
	    claims, NULL);
}

static void reads_claims_under_configured_names(void **state)
{
	struct fixture *fixture = fixture_renamed();
	struct claims claims;

	(void)state;
	assert_int_equal(read_claims(fixture, RENAMED, &claims), OK);
	assert_int_equal(claims.type, TOKEN_ACCESS);
	assert_string_equal(claims.jti, ID);
	assert_string_equal(claims.user_id, "7");
	assert_true(claims.has_epoch);
	assert_int_equal(claims.epoch, 3);
	assert_int_equal(claims.refresh_exp, NOW + 400);
	fixture_close(fixture);
}

/* Where another name is configured the usual one says nothing, right or not. */
static void default_names_do_not_count_then(void **state)
{
	static const struct {
		const char *from, *to;
		enum outcome outcome;
	} cases[] = {
		{ "\"typ\"", "\"token_type\"", TOKEN_WITHOUT_TYPE },
		{ "\"id\"", "\"jti\"", TOKEN_WITHOUT_ID },
		{ "}", ",\"token_type\":\"refresh\"}", OK },
		{ "}", ",\"token_type\":[]}", OK },
		{ "}", ",\"user_id\":{}}", OK },
		{ "}", ",\"epoch\":\"x\"}", OK },
		{ "}", ",\"refresh_exp\":\"x\"}", OK },
		/* registered: a string under whatever name the id goes */
		{ "}", ",\"jti\":\"other\"}", OK },
		{ "}", ",\"jti\":7}", TOKEN_INVALID },
	};
	struct fixture *fixture = fixture_renamed();
	struct arena *arena = fixture->arena;
	struct claims claims;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *payload =
		    with(arena, RENAMED, cases[i].from, cases[i].to);

		if (read_claims(fixture, payload, &claims) != cases[i].outcome)
			fail_msg("%s", payload);
	}
	assert_int_equal(
	    read_claims(fixture, with(arena, RENAMED, "\"sub\"", "\"user_id\""),
		&claims),
	    OK);
	assert_null(claims.user_id);
	assert_int_equal(
	    read_claims(fixture, with(arena, RENAMED, "\"hash\"", "\"epoch\""),
		&claims),
	    OK);
	assert_false(claims.has_epoch);
	assert_int_equal(
	    read_claims(fixture,
		with(arena, RENAMED, "\"until\"", "\"refresh_exp\""), &claims),
	    OK);
	assert_false(claims.has_refresh_exp);
	fixture_close(fixture);
}

/* The rules of a claim go with its name. */
static void configured_names_have_the_same_rules(void **state)
{
	static const struct {
		const char *from, *refused;
		enum outcome outcome;
	} cases[] = {
		{ "\"sub\":\"7\"", "\"sub\":7", TOKEN_INVALID },
		{ "\"id\":\"" ID "\"", "\"id\":7", TOKEN_INVALID },
		{ "\"id\":\"" ID "\"", "\"id\":\"\"", TOKEN_WITHOUT_ID },
		{ "\"access\"", "\"other\"", TOKEN_OF_WRONG_TYPE },
		{ "\"access\"", "null", TOKEN_OF_WRONG_TYPE },
		{ "\"hash\":3", "\"hash\":-1", TOKEN_INVALID },
		{ "\"hash\":3", "\"hash\":\"3\"", TOKEN_INVALID },
		{ "\"until\":1700000400", "\"until\":\"1700000400\"",
		    TOKEN_INVALID },
	};
	struct fixture *fixture = fixture_renamed();
	struct claims claims;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *payload = with(
		    fixture->arena, RENAMED, cases[i].from, cases[i].refused);

		if (read_claims(fixture, payload, &claims) != cases[i].outcome)
			fail_msg("%s", payload);
	}
	fixture_close(fixture);
}

static const struct profile alice = { { "s-1", "alice", "a@example.org",
    "Al\"ice", "\xC3\xA9t\xC3\xA9", "readers\nstaff of the house", "t" } };
static const struct custom_claim of_every_column[] = {
	{ "who", USER_ID },
	{ "name", USER_USERNAME },
	{ "mail", USER_EMAIL },
	{ "given_name", USER_FIRST_NAME },
	{ "https://example.org/family", USER_LAST_NAME },
	{ "roles", USER_GROUPS },
	{ "staff", USER_IS_STAFF },
	{ 0 },
};

#define CUSTOM                                                                  \
	",\"who\":\"s-1\",\"name\":\"alice\",\"mail\":\"a@example.org\","       \
	"\"given_name\":\"Al\\\"ice\",\"https://example.org/family\":"          \
	"\"\xC3\xA9t\xC3\xA9\",\"roles\":[\"readers\",\"staff of the house\"]," \
	"\"staff\":true"

static const char *text_of(struct fixture *fixture, enum token_type type,
    const struct profile *profile)
{
	const struct claims claims = { .type = type,
		.exp = NOW + 300,
		.iat = NOW,
		.jti = ID,
		.user_id = "7",
		.profile = profile };

	return claims_text(fixture->arena, &fixture->config, &claims);
}

static void writes_custom_claims(void **state)
{
	struct fixture *fixture = fixture_hmac();
	struct arena *arena = fixture->arena;
	const char *sliding = with(arena, PAYLOAD, "access", "sliding");
	const char *refresh = with(arena, PAYLOAD, "access", "refresh");

	(void)state;
	assert_string_equal(text_of(fixture, TOKEN_ACCESS, &alice), PAYLOAD);
	fixture->config.claims = of_every_column;
	assert_string_equal(text_of(fixture, TOKEN_ACCESS, &alice),
	    with(arena, PAYLOAD, "}", CUSTOM "}"));
	assert_string_equal(text_of(fixture, TOKEN_SLIDING, &alice),
	    with(arena, sliding, "}", CUSTOM "}"));
	assert_string_equal(text_of(fixture, TOKEN_REFRESH, &alice), refresh);
	assert_string_equal(text_of(fixture, TOKEN_ACCESS, NULL), PAYLOAD);
	fixture_close(fixture);
}

static void writes_what_a_user_does_not_have(void **state)
{
	static const struct profile nobody = { { "s", "n", "e", "", NULL, "",
	    "f" } };
	static const struct profile unasked = { { "s", "n", "e", "", NULL, NULL,
	    NULL } };
	static const struct profile member = { { "s", "n", "e", "", NULL, "x",
	    NULL } };
	struct fixture *fixture = fixture_hmac();

	(void)state;
	fixture->config.claims = of_every_column;
	assert_non_null(strstr(text_of(fixture, TOKEN_ACCESS, &nobody),
	    "\"given_name\":\"\",\"https://example.org/family\":\"\","
	    "\"roles\":[],\"staff\":false}"));
	assert_non_null(strstr(text_of(fixture, TOKEN_ACCESS, &unasked),
	    "\"roles\":[],\"staff\":false}"));
	assert_non_null(strstr(
	    text_of(fixture, TOKEN_ACCESS, &member), "\"roles\":[\"x\"],"));
	fixture_close(fixture);
}

static void writes_claims_under_configured_names(void **state)
{
	struct fixture *fixture = fixture_renamed();
	const struct claims claims = { .type = TOKEN_SLIDING,
		.exp = NOW + 1,
		.iat = NOW,
		.has_refresh_exp = true,
		.refresh_exp = NOW + 2,
		.jti = ID,
		.user_id = "alice",
		.sid = ID,
		.has_epoch = true,
		.epoch = 4 };

	(void)state;
	assert_string_equal(
	    claims_text(fixture->arena, &fixture->config, &claims),
	    "{\"typ\":\"sliding\",\"exp\":1700000001,\"iat\":1700000000,"
	    "\"id\":\"" ID "\",\"until\":1700000002,\"sub\":\"alice\","
	    "\"sid\":\"" ID "\",\"hash\":4}");
	fixture_close(fixture);
}

/* What an access token carries is read again as it was written. */
static void custom_claims_do_no_harm(void **state)
{
	struct fixture *fixture = fixture_hmac();
	struct claims claims = { .type = TOKEN_ACCESS,
		.exp = NOW + 300,
		.iat = NOW,
		.jti = ID,
		.user_id = "7",
		.profile = &alice };
	const char *text = NULL;

	(void)state;
	fixture->config.claims = of_every_column;
	assert_int_equal(token_sign(fixture->arena, &fixture->config,
			     fixture->keys, &claims, &text),
	    OK);
	assert_int_equal(
	    token_verify(fixture->arena, &fixture->config, fixture->keys,
		TOKEN_ACCESS, text, NOW, &claims, NULL),
	    OK);
	assert_string_equal(claims.user_id, "7");
	assert_string_equal(
	    segment_string(claims.payload, "given_name"), "Al\"ice");
	assert_null(segment_string(claims.payload, "roles"));
	assert_true(segment_names_one_of(claims.payload, "roles",
	    (const char *const[]){ "staff of the house", NULL }));
	assert_false(segment_names_one_of(
	    claims.payload, "roles", (const char *const[]){ "staff", NULL }));
	fixture_close(fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_claims_under_configured_names),
		cmocka_unit_test(default_names_do_not_count_then),
		cmocka_unit_test(configured_names_have_the_same_rules),
		cmocka_unit_test(writes_custom_claims),
		cmocka_unit_test(writes_what_a_user_does_not_have),
		cmocka_unit_test(writes_claims_under_configured_names),
		cmocka_unit_test(custom_claims_do_no_harm),
	};

	secret_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
