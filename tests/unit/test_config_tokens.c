/* test_config_tokens.c - the settings of tokens, and what contradicts. */
#include "config_fixture.h"

static void defaults_of_claims_and_headers_are_simple_jwts(void **state)
{
	struct arena *arena = arena_open();
	const char *problems = NULL;
	const struct config *config = load(arena, "", NULL, &problems);

	(void)state;
	assert_non_null(config);
	assert_string_equal(config->auth_header_types[0], "Bearer");
	assert_null(config->auth_header_types[1]);
	assert_string_equal(config->auth_header_name, "HTTP_AUTHORIZATION");
	assert_string_equal(config->auth_token_classes[0], "access");
	assert_null(config->auth_token_classes[1]);
	assert_int_equal(config->user_id_field, USER_ID);
	assert_string_equal(config->user_id_claim, "user_id");
	assert_string_equal(config->token_type_claim, "token_type");
	assert_string_equal(config->jti_claim, "jti");
	assert_int_equal(config->sliding_token_lifetime, 300);
	assert_int_equal(config->sliding_token_refresh_lifetime, 86400);
	assert_string_equal(
	    config->sliding_token_refresh_exp_claim, "refresh_exp");
	assert_false(config->check_revoke_token);
	assert_true(config->check_user_is_active);
	assert_string_equal(config->revoke_token_claim, "epoch");
	assert_null(config->claims[0].name);
	assert_int_equal(config->token_transport, TRANSPORT_BODY);
	assert_int_equal(config->login_field, LOGIN_USERNAME);
	assert_int_equal(config->session_limit, 0);
	assert_null(config->require_group[0]);
	arena_close(arena);
}

static void settings_of_tokens_are_read(void **state)
{
	struct arena *arena = arena_open();
	const char *problems = NULL;
	const struct config *config = load(arena,
	    "auth_header_types = JWT, Bearer\n"
	    "auth_header_name = X-Access-Token\n"
	    "auth_token_classes = sliding, access\n"
	    "user_id_field = email\n"
	    "user_id_claim = sub\n"
	    "token_type_claim = https://example.org/type\n"
	    "jti_claim = id\n"
	    "sliding_token_refresh_lifetime = 10d\n"
	    "revoke_token_claim = hash_password\n"
	    "check_revoke_token = yes\n"
	    "login_field = either\n"
	    "session_limit = 3\n"
	    "obtain_response = username, groups\n"
	    "require_group = staff of the house, a+b@example.org\n",
	    NULL, &problems);

	(void)state;
	if (config == NULL)
		fail_msg("%s", problems);
	assert_string_equal(config->auth_header_types[0], "JWT");
	assert_string_equal(config->auth_header_types[1], "Bearer");
	assert_null(config->auth_header_types[2]);
	assert_string_equal(config->auth_header_name, "X-Access-Token");
	assert_string_equal(config->auth_token_classes[0], "sliding");
	assert_string_equal(config->auth_token_classes[1], "access");
	assert_int_equal(config->user_id_field, USER_EMAIL);
	assert_string_equal(config->user_id_claim, "sub");
	assert_string_equal(
	    config->token_type_claim, "https://example.org/type");
	assert_string_equal(config->jti_claim, "id");
	assert_int_equal(config->sliding_token_refresh_lifetime, 864000);
	assert_string_equal(config->revoke_token_claim, "hash_password");
	assert_true(config->check_revoke_token);
	assert_int_equal(config->login_field, LOGIN_EITHER);
	assert_int_equal(config->session_limit, 3);
	assert_string_equal(config->obtain_response[1], "groups");
	assert_string_equal(config->require_group[0], "staff of the house");
	assert_string_equal(config->require_group[1], "a+b@example.org");
	arena_close(arena);
}

static void assert_claim(const struct config *config, size_t index,
    const char *name, enum user_column column)
{
	assert_string_equal(config->claims[index].name, name);
	assert_int_equal(config->claims[index].column, column);
}

static void claims_of_ones_own_are_read_in_their_order(void **state)
{
	static const char text[] = "claim.name = username\n"
				   "leeway = 1s\n"
				   "claim.id = id\n"
				   "claim.e-mail = email\n"
				   "claim.given_name = first_name\n"
				   "claim.family.name = last_name\n"
				   "claim.https://example.org/roles = groups\n"
				   "claim.Staff = is_staff\n";
	struct arena *arena = arena_open();
	const char *problems = NULL;
	const struct config *config = load(arena, text, NULL, &problems);

	(void)state;
	if (config == NULL)
		fail_msg("%s", problems);
	assert_claim(config, 0, "name", USER_USERNAME);
	assert_claim(config, 1, "id", USER_ID);
	assert_claim(config, 2, "e-mail", USER_EMAIL);
	assert_claim(config, 3, "given_name", USER_FIRST_NAME);
	assert_claim(config, 4, "family.name", USER_LAST_NAME);
	assert_claim(config, 5, "https://example.org/roles", USER_GROUPS);
	assert_claim(config, 6, "Staff", USER_IS_STAFF);
	assert_null(config->claims[7].name);
	assert_true(config_claims_column(config, USER_GROUPS));
	config =
	    load(arena, "claim.urn:a:b=email\nclaim.a: id\nclaim.b : c = id\n",
		NULL, &problems);
	assert_non_null(config);
	assert_claim(config, 0, "urn:a:b", USER_EMAIL);
	assert_claim(config, 1, "a", USER_ID);
	assert_claim(config, 2, "b:c", USER_ID);
	assert_null(load(arena, "claim.a = b = id\n", NULL, &problems));
	assert_non_null(strstr(problems, "claim.a: \"b = id\" is unknown"));
	config = load(arena, "claim.a = email\n", NULL, &problems);
	assert_non_null(config);
	assert_false(config_claims_column(config, USER_GROUPS));
	arena_close(arena);
}

/* A variable's name has no small letters: the claim's has no other. */
static void claims_of_the_environment_come_first(void **state)
{
	char *environment[] = { "POSTERN_CLAIM_ROLES=groups",
		"XPOSTERN_CLAIM_NO=email", "POSTERN_CLAIM_FULL_NAME=last_name",
		"POSTERN_CLAIMS=email", "POSTERN_CLAIM=email", NULL };
	struct arena *arena = arena_open();
	const char *problems = NULL;
	const struct config *config = load(arena,
	    "claim.roles = is_staff\nclaim.Roles = email\nclaim.a = id\n",
	    environment, &problems);

	(void)state;
	if (config == NULL)
		fail_msg("%s", problems);
	assert_claim(config, 0, "roles", USER_GROUPS);
	assert_claim(config, 1, "full_name", USER_LAST_NAME);
	assert_claim(config, 2, "Roles", USER_EMAIL);
	assert_claim(config, 3, "a", USER_ID);
	assert_null(config->claims[4].name);
	arena_close(arena);
}

static void faults_of_the_environments_claims_are_told(void **state)
{
	static const struct {
		const char *first, *second, *says;
	} cases[] = {
		{ "POSTERN_CLAIM_A=colour", NULL,
		    "environment: claim.a: \"colour\" is unknown; allowed: id, "
		    "username" },
		{ "POSTERN_CLAIM_A=", NULL, "environment: claim.a: \"\"" },
		{ "POSTERN_CLAIM_=email", NULL,
		    "environment: claim.: allowed: a name" },
		{ "POSTERN_CLAIM_A B=email", NULL,
		    "environment: claim.a b: allowed: a name" },
		{ "POSTERN_CLAIM_A=email", "POSTERN_CLAIM_a=email",
		    "environment: claim.a: set twice" },
		{ "POSTERN_CLAIM_EXP=email", NULL,
		    "environment: claim.exp: the name" },
	};
	struct arena *arena = arena_open();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *environment[] = { arena_string(arena, cases[i].first),
			NULL, NULL };
		const char *problems = NULL;

		if (cases[i].second != NULL)
			environment[1] = arena_string(arena, cases[i].second);
		if (load(arena, "", environment, &problems) != NULL)
			fail_msg("%s: accepted", cases[i].first);
		if (strstr(problems, cases[i].says) == NULL)
			fail_msg("%s: says \"%s\"", cases[i].first, problems);
	}
	arena_close(arena);
}

/* Each refused text differs from the accepted one by the fault alone. */
static void values_are_looked_at_one_by_one(void **state)
{
	static const struct {
		const char *name, *accepted, *refused, *allowed;
	} cases[] = {
		{ "algorithm", "ES512", "ES521", "ES256, ES384, ES512" },
		{ "algorithm", "HS256", "hs256", "HS256" },
		{ "auth_header_name", "X-Token", "X Token",
		    "the name of a header" },
		{ "auth_header_name", "HTTP_X_TOKEN",
		    "X-Token:", "the name of a header" },
		{ "auth_header_name", "X-Token", "", "the name of a header" },
		{ "auth_header_types", "JWT, Bearer", "JWT, Bearer token",
		    "words such as Bearer" },
		{ "auth_header_types", "Token", "Token:", "words such as" },
		{ "auth_token_classes", "access, sliding", "access, refresh",
		    "access, sliding" },
		{ "auth_token_classes", "sliding", "Sliding",
		    "access, sliding" },
		{ "user_id_field", "subject", "id",
		    "subject, username, email" },
		{ "user_id_claim", "sub", "", "a name of letters" },
		{ "user_id_claim", "user.id", "user id", "a name of letters" },
		{ "token_type_claim", "typ", "\"typ\"", "a name of letters" },
		{ "jti_claim", "id",
		    "\xC3\xAF"
		    "d",
		    "a name of letters" },
		{ "sliding_token_refresh_exp_claim", "until", "un{til",
		    "a name of letters" },
		{ "revoke_token_claim", "hash", "hash#", "a name of letters" },
		{ "sliding_token_lifetime", "1s", "0s", "s, m, h or d" },
		{ "sliding_token_refresh_lifetime", "3660d", "3661d",
		    "s, m, h or d" },
		{ "check_revoke_token", "yes", "always", "yes, no" },
		{ "check_user_is_active", "no", "never", "yes, no" },
		{ "access_check", "session", "sessions", "stateless" },
		{ "session_limit", "0", "-1", "a whole number" },
		{ "session_limit", "100000", "100001", "a whole number" },
		{ "session_limit", "7", "7s", "a whole number" },
		{ "rotation_grace", "300s", "301s", "s, m, h or d" },
		{ "remember_token_lifetime", "0s", "0w", "s, m, h or d" },
		{ "login_field", "either", "both", "username, email, either" },
		{ "obtain_response", "id, is_staff", "id, password",
		    "first_name, last_name, groups, is_staff" },
		{ "require_group", "staff, a b", "staff, a;b", "groups" },
		{ "token_transport", "body", "header", "body, cookie, both" },
		{ "cookie_samesite", "strict", "Strict", "lax, strict, none" },
		{ "jwk_url", "https://a.example/keys", "http://a.example/keys",
		    "https://" },
		{ "jwk_url", "http://127.0.0.1/keys",
		    "http://127.0.0.1.evil.example/keys", "https://" },
		{ "jwk_url", "http://localhost?keys",
		    "http://localhost.evil.example/keys", "https://" },
		{ "jwk_url", "http://[::1]", "http://[::1]x", "https://" },
		{ "jwk_url", "http://localhost:80",
		    "http://localhost@evil.example", "https://" },
		{ "jwk_url", "https://a", "https://", "https://" },
		{ "jwk_url", "http://127.0.0.1:1/x",
		    "http://127.0.0.1:1@evil.example/x", "https://" },
		{ "jwk_url", "https://a/x", "https://a/x y", "blanks" },
		{ "jwk_url", "https://a/keys", "https:///keys", "https://" },
		{ "jwk_url", "http://127.0.0.1:1/keys", "file:///keys",
		    "https://" },
		{ "claim.a", "email", "Email", "id, username, email" },
		{ "claim.a", "groups", "", "id, username, email" },
		{ "claim.a", "id", "password", "id, username, email" },
		{ "claim.a", "id", "subject", "id, username, email" },
	};
	struct arena *arena = arena_open();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *problems = NULL;
		const char *where =
		    arena_printf(arena, "%s:2: %s: ", path, cases[i].name);

		if (load(arena,
			arena_printf(arena, "\n%s = %s\n", cases[i].name,
			    cases[i].accepted),
			NULL, &problems) == NULL)
			fail_msg("%s = %s: refused: %s", cases[i].name,
			    cases[i].accepted, problems);
		if (load(arena,
			arena_printf(arena, "\n%s = %s\n", cases[i].name,
			    cases[i].refused),
			NULL, &problems) != NULL)
			fail_msg("%s = %s: accepted", cases[i].name,
			    cases[i].refused);
		if (strncmp(problems, where, strlen(where)) != 0 ||
		    strstr(problems, cases[i].allowed) == NULL)
			fail_msg("%s = %s: says \"%s\"", cases[i].name,
			    cases[i].refused, problems);
	}
	arena_close(arena);
}

static void names_of_claims_have_an_end(void **state)
{
	struct arena *arena = arena_open();
	const char *problems = NULL;
	char name[CLAIM_NAME_MAX + 2] = { 0 };

	(void)state;
	memset(name, 'a', CLAIM_NAME_MAX);
	assert_non_null(load(arena,
	    arena_printf(
		arena, "jti_claim = %s\nclaim.b%s = id\n", name, name + 1),
	    NULL, &problems));
	name[CLAIM_NAME_MAX] = 'a';
	assert_null(load(arena, arena_printf(arena, "jti_claim = %s\n", name),
	    NULL, &problems));
	assert_null(load(arena, arena_printf(arena, "claim.%s = id\n", name),
	    NULL, &problems));
	arena_close(arena);
}

/* Pairs of settings: each refused text has one line other than accepted. */
static void contradictions_are_told(void **state)
{
	static const struct {
		const char *accepted, *refused, *says;
	} cases[] = {
		{ "mail_transport = smtp\nsmtp_url = smtp://a.example:25\n",
		    "mail_transport = smtp\n", "smtp needs smtp_url" },
		{ "mail_transport = folder\nmail_folder = /tmp\n",
		    "mail_transport = folder\n", "folder needs mail_folder" },
		{ "login_wait = 5m\nlogin_wait_max = 5m\n",
		    "login_wait = 5m\nlogin_wait_max = 299s\n",
		    "longer than login_wait_max" },
		{ "auth_token_classes = access\n", "auth_token_classes =\n",
		    "auth_token_classes: allowed: access, sliding" },
		{ "auth_token_classes = access\n", "auth_token_classes = ,\n",
		    "auth_token_classes: allowed: access, sliding" },
		{ "auth_header_types = JWT\n", "auth_header_types = ,\n",
		    "auth_header_types: allowed: words" },
		{ "access_check = user\nrequire_group = staff\n",
		    "access_check = stateless\nrequire_group = staff\n",
		    "allowed with claim.NAME = groups" },
		{ "access_check = stateless\nrequire_group = staff\n"
		  "claim.roles = groups\n",
		    "access_check = stateless\nrequire_group = staff\n"
		    "claim.roles = is_staff\n",
		    "allowed with claim.NAME = groups" },
		{ "user_id_field = email\ncheck_user_is_active = yes\n",
		    "user_id_field = email\ncheck_user_is_active = no\n",
		    "check_user_is_active = yes" },
		{ "access_check = session\ncheck_revoke_token = yes\n",
		    "access_check = stateless\ncheck_revoke_token = yes\n",
		    "allowed with user, session" },
		{ "token_transport = cookie\n"
		  "public_url = https://a.example\n",
		    "token_transport = cookie\n", "need public_url" },
		{ "token_transport = both\npublic_url = https://a.example\n",
		    "token_transport = both\npublic_url =\n",
		    "need public_url" },
		{ "token_transport = both\npublic_url = https://a.example\n"
		  "access_cookie = yes\n",
		    "token_transport = body\npublic_url = https://a.example\n"
		    "access_cookie = yes\n",
		    "access_cookie: allowed with token_transport" },
		{ "on_login = https://a.example\nhook_key = key\n",
		    "on_login = https://a.example\n", "hook_key" },
		{ "on_login_failed = https://a.example\nhook_key = key\n",
		    "on_login_failed = https://a.example\n", "hook_key" },
		{ "on_reuse = https://a.example\nhook_key = key\n",
		    "on_reuse = https://a.example\n", "hook_key" },
		{ "on_register = https://a.example\nhook_key = key\n",
		    "on_register = https://a.example\n", "hook_key" },
		{ "on_password_changed = https://a.example\nhook_key = key\n",
		    "on_password_changed = https://a.example\n", "hook_key" },
		/* a session that ends before its token */
		{ "rotate_refresh_tokens = yes\nsession_lifetime = 1d\n",
		    "rotate_refresh_tokens = yes\nsession_lifetime = 23h\n",
		    "at least as long as both others" },
		{ "rotate_refresh_tokens = no\nrefresh_token_lifetime = 90d\n",
		    "rotate_refresh_tokens = yes\nrefresh_token_lifetime = 90d\n",
		    "at least as long as both others" },
		{ "rotate_refresh_tokens = yes\nremember_token_lifetime = 30d\n",
		    "rotate_refresh_tokens = yes\nremember_token_lifetime = 31d\n",
		    "at least as long as both others" },
		/* two claims of one name */
		{ "user_id_claim = jtj\n", "user_id_claim = jti\n",
		    "five different names" },
		{ "user_id_claim = sub\ntoken_type_claim = typ\n",
		    "user_id_claim = sub\ntoken_type_claim = sub\n",
		    "five different names" },
		{ "jti_claim = id\nrevoke_token_claim = hash\n",
		    "jti_claim = hash\nrevoke_token_claim = hash\n",
		    "five different names" },
		{ "sliding_token_refresh_exp_claim = r\n",
		    "sliding_token_refresh_exp_claim = epoch\n",
		    "five different names" },
		/* a claim that has a meaning of its own */
		{ "jti_claim = exq\n", "jti_claim = exp\n", "none of them" },
		{ "user_id_claim = is\n", "user_id_claim = iss\n",
		    "none of them" },
		{ "token_type_claim = au\n", "token_type_claim = aud\n",
		    "none of them" },
		{ "sliding_token_refresh_exp_claim = nb\n",
		    "sliding_token_refresh_exp_claim = nbf\n", "none of them" },
		{ "revoke_token_claim = ia\n", "revoke_token_claim = iat\n",
		    "none of them" },
		{ "revoke_token_claim = si\n", "revoke_token_claim = sid\n",
		    "none of them" },
		/* a custom claim in the place of another */
		{ "claim.exq = id\n", "claim.exp = id\n", "is taken" },
		{ "claim.iau = id\n", "claim.iat = id\n", "is taken" },
		{ "claim.nbg = id\n", "claim.nbf = id\n", "is taken" },
		{ "claim.ist = id\n", "claim.iss = id\n", "is taken" },
		{ "claim.aue = id\n", "claim.aud = id\n", "is taken" },
		{ "claim.sie = id\n", "claim.sid = id\n", "is taken" },
		{ "claim.user_ie = id\n", "claim.user_id = id\n", "is taken" },
		{ "claim.jtj = id\n", "claim.jti = id\n", "is taken" },
		{ "claim.token_typf = id\n", "claim.token_type = id\n",
		    "is taken" },
		{ "claim.epoci = id\n", "claim.epoch = id\n", "is taken" },
		{ "claim.refresh_exq = id\n", "claim.refresh_exp = id\n",
		    "is taken" },
		{ "claim.jti = id\njti_claim = uid\n",
		    "claim.uid = id\njti_claim = uid\n", "is taken" },
		/* RFC 7519 section 4.1.2: sub is a string */
		{ "claim.sub = email\n", "claim.sub = groups\n",
		    "claim.sub: allowed" },
		{ "claim.sub = last_name\n", "claim.sub = is_staff\n",
		    "claim.sub: allowed" },
	};
	struct arena *arena = arena_open();
	const char *file = arena_printf(arena, "%s:", path);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *problems = NULL;

		if (load(arena, cases[i].accepted, NULL, &problems) == NULL)
			fail_msg("refused: %s%s", cases[i].accepted, problems);
		if (load(arena, cases[i].refused, NULL, &problems) != NULL)
			fail_msg("accepted: %s", cases[i].refused);
		/* FILE:LINE: */
		if (strncmp(problems, file, strlen(file)) != 0 ||
		    strspn(problems + strlen(file), "123456789") != 1 ||
		    strstr(problems, cases[i].says) == NULL)
			fail_msg("%ssays \"%s\"", cases[i].refused, problems);
	}
	arena_close(arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    defaults_of_claims_and_headers_are_simple_jwts),
		cmocka_unit_test(settings_of_tokens_are_read),
		cmocka_unit_test(claims_of_ones_own_are_read_in_their_order),
		cmocka_unit_test(claims_of_the_environment_come_first),
		cmocka_unit_test(faults_of_the_environments_claims_are_told),
		cmocka_unit_test(values_are_looked_at_one_by_one),
		cmocka_unit_test(names_of_claims_have_an_end),
		cmocka_unit_test(contradictions_are_told),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
