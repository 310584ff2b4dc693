/* test_gate.c - paths as the gate compares them, and its rules in the file. */
#include "config_fixture.h"

#include "gate_path.h"

static void paths_are_decoded_once_and_resolved(void **state)
{
	static const struct {
		const char *target, *path;
	} cases[] = {
		{ "/", "/" },
		{ "/a", "/a" },
		{ "/a/", "/a/" },
		{ "//a//b//", "/a/b/" },
		{ "/a/.", "/a/" },
		{ "/a/./b", "/a/b" },
		{ "/a/b/..", "/a/" },
		{ "/a/../b", "/b" },
		{ "/a/..", "/" },
		{ "/...", "/..." },
		{ "/a?b/../c", "/a" },
		{ "/%61%2E/%2e/b", "/a./b" },
		{ "/a%3Fb", "/a?b" },
		{ "/a%20b", "/a b" },
		{ "/%c3%a4", "/\xc3\xa4" },
		{ "", NULL },
		{ "a", NULL },
		{ "*", NULL },
		{ "/..", NULL },
		{ "/a/../../b", NULL },
		{ "/a%2fb", NULL },
		{ "/a%5Cb", NULL },
		{ "/a\\b", NULL },
		{ "/a%00", NULL },
		{ "/a%0d", NULL },
		{ "/a%25", NULL },
		{ "/a%", NULL },
		{ "/a%2", NULL },
		{ "/a%2g", NULL },
		{ "/a#b", NULL },
		{ "/%ff", NULL },
		{ "/..;/a", NULL },
		{ "/.;", NULL },
	};
	struct arena *arena = arena_open();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *found = gate_path(arena, cases[i].target, true);

		if ((found == NULL) != (cases[i].path == NULL) ||
		    (found != NULL && strcmp(found, cases[i].path) != 0))
			fail_msg("%s: %s", cases[i].target,
			    found != NULL ? found : "NULL");
	}
	assert_string_equal(gate_path(arena, "/a?b", false), "/a?b");
	assert_null(gate_path(arena, "/a%20b", false));
	arena_close(arena);
}

static void what_is_below_ends_at_a_slash(void **state)
{
	(void)state;
	assert_true(gate_path_is_below("/a", "/a"));
	assert_true(gate_path_is_below("/a/", "/a"));
	assert_true(gate_path_is_below("/a/b", "/a"));
	assert_true(gate_path_is_below("/", ""));
	assert_false(gate_path_is_below("/ab", "/a"));
	assert_false(gate_path_is_below("/", "/a"));
	assert_false(gate_path_is_below("/A", "/a"));
}

static void paths_are_encoded_for_a_query(void **state)
{
	struct arena *arena = arena_open();

	(void)state;
	assert_string_equal(gate_path_encode(arena, "/a b/\xc3\xa4?x=%&y"),
	    "/a%20b/%C3%A4%3Fx%3D%25%26y");
	arena_close(arena);
}

static void sections_are_rules(void **state)
{
	struct arena *arena = arena_open();
	const char *problems = NULL;
	const struct config *config = load(arena,
	    "leeway = 1s\n"
	    "[gate /a long path/of more than the fifty bytes that are kept by "
	    "libinih/]\n"
	    "require_group = staff, night shift,\n"
	    "  board\n"
	    "require_claim = plan=gold, https://example.org/x=a=b\n"
	    "match = any\n"
	    "# a comment\n"
	    "[gate /] ; another\n"
	    "[gate\t/b]\n"
	    "require_group: staff\n",
	    NULL, &problems);

	(void)state;
	if (config == NULL)
		fail_msg("%s", problems);
	assert_int_equal(config->leeway, 1);
	assert_string_equal(config->gate_rules[0].path,
	    "/a long path/of more than the fifty bytes that are kept by "
	    "libinih");
	assert_string_equal(config->gate_rules[0].groups[1], "night shift");
	assert_string_equal(config->gate_rules[0].groups[2], "board");
	assert_null(config->gate_rules[0].groups[3]);
	assert_string_equal(
	    config->gate_rules[0].claims[1], "https://example.org/x=a=b");
	assert_int_equal(config->gate_rules[0].match, MATCH_ANY);
	assert_string_equal(config->gate_rules[1].path, "");
	assert_null(config->gate_rules[1].groups[0]);
	assert_string_equal(config->gate_rules[2].path, "/b");
	assert_string_equal(config->gate_rules[2].groups[0], "staff");
	assert_int_equal(config->gate_rules[2].match, MATCH_ALL);
	assert_null(config->gate_rules[3].path);
	config = load(arena, "", NULL, &problems);
	assert_null(config->gate_rules[0].path);
	arena_close(arena);
}

static void bad_rules_name_line_and_what_is_allowed(void **state)
{
	static const struct {
		const char *rule, *text;
		int line;
		const char *says, *allowed;
	} cases[] = {
		{ "no gate", "[members]\n", 1, "[members]", "[gate PATH]" },
		{ "no path", "\n[gate]\n", 2, "[gate]", "[gate PATH]" },
		{ "no slash", "[gate members/]\n", 1, "members/", "PATH" },
		{ "no blank", "[gate/members/]\n", 1, "/members/", "PATH" },
		{ "two slashes", "[gate //members/]\n", 1, "//", "without //" },
		{ "dots", "[gate /members/../]\n", 1, "..", "without //" },
		{ "a dot", "[gate /members/./]\n", 1, "/./", "without //" },
		{ "encoded", "[gate /%6dembers/]\n", 1, "%", "after decoding" },
		{ "a query", "[gate /members?x]\n", 1, "?", "? *" },
		{ "a pattern", "[gate /members/*]\n", 1, "*", "? *" },
		{ "a blank behind", "[gate /members/ ]\n", 1, "/members/ ",
		    "PATH" },
		{ "twice", "[gate /a/]\n\n[gate /a]\n", 3, "line 1", "once" },
		{ "something behind", "[gate /a/] require_group = staff\n", 1,
		    "behind it", "lines of their own" },
		{ "indented", "[gate /a/]\nmatch = any\n [gate /b/]\n", 2,
		    "any [gate /b/]", "all, any" },
		{ "first and indented", " [gate /a/]\nmatch = any\n", 2,
		    "gate /a/", "at the start of its line" },
		{ "another setting", "[gate /a/]\nleeway = 1s\n", 2, "leeway",
		    "require_group, require_claim, match" },
		{ "a setting twice", "[gate /a/]\nmatch = any\nmatch = all\n",
		    3, "line 2", "once" },
		{ "an unknown match", "[gate /a/]\nmatch = some\n", 2, "some",
		    "all, any" },
		{ "a group of the wrong kind",
		    "[gate /a/]\nrequire_group = a/b\n", 2, "a/b",
		    "names of groups" },
		{ "an empty list", "[gate /a/]\nrequire_group =\n", 2,
		    "require_group", "at least one" },
		{ "nothing but commas", "[gate /a/]\nrequire_claim = ,\n", 2,
		    "require_claim", "at least one" },
		{ "a claim without a value",
		    "[gate /a/]\nrequire_claim = plan\n", 2, "plan",
		    "NAME=VALUE" },
		{ "an empty value", "[gate /a/]\nrequire_claim = plan=\n", 2,
		    "plan=", "NAME=VALUE" },
		{ "no name", "[gate /a/]\nrequire_claim = =gold\n", 2, "=gold",
		    "NAME=VALUE" },
		{ "blanks", "[gate /a/]\nrequire_claim = plan = gold\n", 2,
		    "plan = gold", "NAME=VALUE" },
		{ "groups that no token has",
		    "access_check = stateless\n[gate /a/]\n"
		    "require_group = staff\n",
		    3, "stateless", "claim.NAME = groups" },
		{ "one variable", "gate_claims = a-b, A_b\n", 1, "gate_claims",
		    "names that differ" },
		{ "no claim", "gate_claims = a b\n", 1, "a b",
		    "a name of letters" },
		{ "a sign-in page without a cookie",
		    "gate_login_url = /signin.html\n", 1, "gate_login_url",
		    "access_cookie = yes" },
		{ "another host", "gate_login_url = //evil.example/\n", 1,
		    "gate_login_url", "a path such as" },
		{ "a fragment", "gate_login_url = /a.html#x\n", 1,
		    "gate_login_url", "a path such as" },
		{ "a script", "gate_login_url = javascript:x\n", 1,
		    "gate_login_url", "a path such as" },
	};
	struct arena *arena = arena_open();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *problems = NULL;
		char place[64] = "";

		if (load(arena, cases[i].text, NULL, &problems) != NULL)
			fail_msg("%s: accepted", cases[i].rule);
		snprintf(place, sizeof place, ":%d: ", cases[i].line);
		if (strstr(problems, place) == NULL ||
		    strstr(problems, cases[i].says) == NULL ||
		    strstr(problems, cases[i].allowed) == NULL)
			fail_msg("%s: %s", cases[i].rule, problems);
	}
	arena_close(arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_decoded_once_and_resolved),
		cmocka_unit_test(what_is_below_ends_at_a_slash),
		cmocka_unit_test(paths_are_encoded_for_a_query),
		cmocka_unit_test(sections_are_rules),
		cmocka_unit_test(bad_rules_name_line_and_what_is_allowed),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
