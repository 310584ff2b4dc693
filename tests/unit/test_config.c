/* test_config.c - settings from a file and from the environment. */
#include "config_fixture.h"

static void defaults_are_simple_jwts_and_the_rules(void **state)
{
	struct arena *arena = arena_open();
	const char *problems = NULL;
	const struct config *config = load(arena, "", NULL, &problems);

	(void)state;
	assert_non_null(config);
	assert_string_equal(problems, "");
	assert_int_equal(config->access_token_lifetime, 300);
	assert_int_equal(config->refresh_token_lifetime, 86400);
	assert_false(config->rotate_refresh_tokens);
	assert_true(config->blacklist_after_rotation);
	assert_int_equal(config->algorithm, HS256);
	assert_int_equal(config->leeway, 0);
	assert_true(config->throttle);
	assert_int_equal(config->password_memory, 19456 * 1024);
	assert_int_equal(config->password_passes, 2);
	assert_int_equal(config->access_check, ACCESS_CHECK_USER);
	assert_int_equal(config->body_limit, 65536);
	assert_null(config->audience[0]);
	arena_close(arena);
}

static void values_of_every_kind_are_read(void **state)
{
	struct arena *arena = arena_open();
	const char *problems = NULL;
	const struct config *config = load(arena,
	    "# a comment\n"
	    "access_token_lifetime = 90\n"
	    "refresh_token_lifetime=2h\n"
	    "rotate_refresh_tokens = YES\n"
	    "throttle = off\n"
	    "algorithm = ES384\n"
	    "audience = one, two,\n"
	    "  three\n"
	    "password_memory = 64M\n"
	    "signing_key = keys/signing\n"
	    "site_name = Café; not a comment\n"
	    "body_limit = 2048 ; a comment\n",
	    NULL, &problems);

	(void)state;
	if (config == NULL)
		fail_msg("%s", problems);
	assert_int_equal(config->access_token_lifetime, 90);
	assert_int_equal(config->refresh_token_lifetime, 7200);
	assert_true(config->rotate_refresh_tokens);
	assert_false(config->throttle);
	assert_int_equal(config->algorithm, ES384);
	assert_string_equal(config->audience[0], "one");
	assert_string_equal(config->audience[1], "two");
	assert_string_equal(config->audience[2], "three");
	assert_null(config->audience[3]);
	assert_int_equal(config->password_memory, INT64_C(64) << 20);
	assert_string_equal(config->signing_key, "/tmp/keys/signing");
	assert_string_equal(config->site_name, "Café; not a comment");
	assert_int_equal(config->body_limit, 2048);
	arena_close(arena);
}

static void the_environment_comes_first(void **state)
{
	char *environment[] = { "POSTERN_LEEWAY=30s", "POSTERN_LEEWAYS=1",
		"XPOSTERN_ISSUER=no", "POSTERN_ISSUER=", NULL };
	char *damaged[] = { "POSTERN_LEEWAY=61s", NULL };
	struct arena *arena = arena_open();
	const char *problems = NULL;
	const struct config *config =
	    load(arena, "leeway = 10s\nissuer = me\n", environment, &problems);

	(void)state;
	assert_non_null(config);
	assert_int_equal(config->leeway, 30);
	assert_string_equal(config->issuer, "");
	assert_null(load(arena, "leeway = 10s\n", damaged, &problems));
	assert_memory_equal(problems, "environment: leeway: ", 21);
	arena_close(arena);
}

static void faults_name_file_line_and_what_is_allowed(void **state)
{
	static const struct {
		const char *rule, *text;
		int line;
		const char *says, *allowed;
	} cases[] = {
		{ "unknown name", "\nleway = 1s\n", 2, "leway", "leeway" },
		{ "not a time", "leeway = soon\n", 1, "soon", "s, m, h or d" },
		{ "a time with another unit", "leeway = 5w\n", 1, "5w",
		    "s, m" },
		{ "two units", "leeway = 5sm\n", 1, "5sm", "s, m" },
		{ "negative", "leeway = -5s\n", 1, "-5s", "0 to 60" },
		{ "too long", "leeway = 61s\n", 1, "61s", "0 to 60" },
		{ "far too long", "leeway = 99999999999999999999s\n", 1,
		    "leeway", "0 to 60" },
		{ "multiplied too long", "session_lifetime = 99999999d\n", 1,
		    "session_lifetime", "s, m, h or d" },
		{ "not a switch", "throttle = maybe\n", 1, "maybe", "yes, no" },
		{ "not a choice", "access_check = all\n", 1, "all",
		    "user, stateless, session" },
		{ "not an algorithm", "\n\nalgorithm = none\n", 3, "none",
		    "HS256" },
		{ "a size with another unit", "body_limit = 1G\n", 1, "1G",
		    "k or M" },
		{ "twice", "leeway = 1s\nleeway = 2s\n", 2, "line 1", "once" },
		{ "a claim twice", "claim.a = id\n\nclaim.a = email\n", 3,
		    "claim.a", "once" },
		{ "the same claim twice", "claim.a = id\nclaim.a = id\n", 2,
		    "claim.a", "once" },
		{ "a claim without a name", "claim. = id\n", 1, "claim.",
		    "a name of letters" },
		{ "a claim of two words", "claim.a b = id\n", 1, "claim.a b",
		    "a name of letters" },
		{ "a claim of an unknown column", "claim.a = colour\n", 1,
		    "colour", "first_name" },
		{ "no family", "claim = id\n", 1, "unknown setting",
		    "claim.NAME" },
		{ "an unknown section", "[tokens]\n", 1, "[tokens]",
		    "[gate PATH]" },
		{ "no value", "leeway\n", 1, "not understood", "NAME = VALUE" },
		{ "a link without a fragment",
		    "activation_url = a.html?uid={uid}&token={token}\n", 1,
		    "activation_url", "#" },
		{ "a proxy's name", "trusted_proxies = 10.0.0.1, proxy\n", 1,
		    "proxy", "10.0.0.0/8" },
		{ "any origin", "cors_allowed_origins = *\n", 1, "*",
		    "exact origins" },
		{ "an origin with a path",
		    "cors_allowed_origins = https://a.example/\n", 1,
		    "https://a.example/", "exact origins" },
		{ "a slash at the end", "public_url = https://a.example/\n", 1,
		    "public_url", "without a slash" },
		{ "smtp without its server", "mail_transport = smtp\n", 1,
		    "mail_transport", "smtp://" },
	};
	struct arena *arena = arena_open();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *problems = NULL;
		const char *where = cases[i].line == 0
		    ? arena_printf(arena, "%s: ", path)
		    : arena_printf(arena, "%s:%d: ", path, cases[i].line);

		if (load(arena, cases[i].text, NULL, &problems) != NULL)
			fail_msg("%s: accepted", cases[i].rule);
		if (strncmp(problems, where, strlen(where)) != 0 ||
		    strstr(problems, cases[i].says) == NULL ||
		    strstr(problems, cases[i].allowed) == NULL)
			fail_msg("%s: says \"%s\"", cases[i].rule, problems);
	}
	arena_close(arena);
}

static void all_faults_are_told_at_once(void **state)
{
	struct arena *arena = arena_open();
	const char *problems = NULL;

	(void)state;
	assert_null(load(arena, "leeway = x\nthrottle = y\n", NULL, &problems));
	assert_non_null(strstr(problems, ":1: leeway"));
	assert_non_null(strstr(problems, "\n"));
	assert_non_null(strstr(problems, ":2: throttle"));
	arena_close(arena);
}

static void a_line_that_would_be_cut_is_refused(void **state)
{
	struct arena *arena = arena_open();
	char line[400] = "site_name = ";
	const char *problems = NULL;

	(void)state;
	memset(line + strlen(line), 'a', 300);
	assert_null(load(arena, line, NULL, &problems));
	assert_non_null(strstr(problems, ":1: the line is longer than"));
	arena_close(arena);
}

static void a_password_in_it_is_for_owner_and_group(void **state)
{
	static const char text[] = "database = host=/x password=secret\n";
	static const char uri[] = "database = postgresql://u:secret@h/d\n";
	static const char without[] = "database = postgresql://u@h:5432/d\n";
	struct arena *arena = arena_open();
	const char *problems = NULL;

	(void)state;
	write_file(text, 0644);
	assert_null(config_load(arena, path, NULL, &problems));
	assert_non_null(strstr(problems, "chmod o-rwx"));
	assert_null(strstr(problems, "secret"));
	write_file(uri, 0604);
	assert_null(config_load(arena, path, NULL, &problems));
	write_file(text, 0640);
	assert_non_null(config_load(arena, path, NULL, &problems));
	write_file(without, 0644);
	assert_non_null(config_load(arena, path, NULL, &problems));
	arena_close(arena);
}

static void a_file_that_is_not_there_is_told(void **state)
{
	struct arena *arena = arena_open();
	const char *problems = NULL;

	(void)state;
	assert_null(
	    config_load(arena, "/nonexistent/postern", NULL, &problems));
	assert_string_equal(problems,
	    "/nonexistent/postern: cannot be read: No such file or directory");
	assert_null(config_load(arena, "/tmp", NULL, &problems));
	arena_close(arena);
}

static void secrets_are_read_whole_or_not_at_all(void **state)
{
	struct arena *arena = arena_open();
	const char *problem = NULL;
	size_t size = 0;
	char *secret = NULL;

	(void)state;
	write_file("abc\n\n", 0640);
	secret = config_read_secret(arena, path, 100, &size, &problem);
	assert_non_null(secret);
	assert_int_equal(size, 4);
	assert_string_equal(secret, "abc\n");
	secret_free(secret);
	assert_null(config_read_secret(arena, path, 4, &size, &problem));
	assert_non_null(strstr(problem, "longer than 4 bytes"));
	for (mode_t mode = 1; mode <= 4; mode++) {
		bool is_refused = mode != 1; /* to execute is not to read */

		write_file("abc\n", 0640 | mode);
		secret = config_read_secret(arena, path, 100, &size, &problem);
		assert_int_equal(secret == NULL, is_refused);
		if (secret != NULL)
			secret_free(secret);
	}
	assert_null(config_read_secret(arena, "/tmp", 100, &size, &problem));
	arena_close(arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_simple_jwts_and_the_rules),
		cmocka_unit_test(values_of_every_kind_are_read),
		cmocka_unit_test(the_environment_comes_first),
		cmocka_unit_test(faults_name_file_line_and_what_is_allowed),
		cmocka_unit_test(all_faults_are_told_at_once),
		cmocka_unit_test(a_line_that_would_be_cut_is_refused),
		cmocka_unit_test(a_password_in_it_is_for_owner_and_group),
		cmocka_unit_test(a_file_that_is_not_there_is_told),
		cmocka_unit_test(secrets_are_read_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
