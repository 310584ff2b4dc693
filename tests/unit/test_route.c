/* test_route.c - paths, methods and Accept headers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "route.h"

static const struct route routes[] = {
	{ "POST", "/api/token/", NULL, NULL, NULL },
	{ "GET", "/api/me/", NULL, NULL, NULL },
	{ "DELETE", "/api/me/", NULL, NULL, NULL },
	{ 0 },
};

static void paths_are_taken_as_they_were_sent(void **state)
{
	static const struct {
		const char *rule, *uri, *path;
	} cases[] = {
		{ "as it is", "/api/token/", "/api/token/" },
		{ "a slash is added", "/api/token", "/api/token/" },
		{ "a query is cut", "/api/token/?a=/b", "/api/token/" },
		{ "slash and query", "/api/token?a", "/api/token/" },
		{ "nothing is decoded", "/api/%74oken/", "/api/%74oken/" },
		{ "nothing is folded", "/API/token/", "/API/token/" },
		{ "nothing is joined", "/api//token/", "/api//token/" },
		{ "dots stay", "/x/../api/token/", "/x/../api/token/" },
		{ "without REQUEST_URI the parts", "", "/script/info/" },
		{ "a query alone", "?x", "/" },
	};
	struct arena *arena = arena_open();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(
		    route_path(arena, cases[i].uri, "/script", "/info"),
		    cases[i].path);
	arena_close(arena);
}

static void methods_are_those_of_the_path(void **state)
{
	struct arena *arena = arena_open();

	(void)state;
	assert_string_equal(
	    route_methods(arena, routes, "/api/token/"), "POST, OPTIONS");
	assert_string_equal(route_methods(arena, routes, "/api/me/"),
	    "GET, HEAD, DELETE, OPTIONS");
	assert_null(route_methods(arena, routes, "/api/tokenXYZ/"));
	assert_null(route_methods(arena, routes, "/api/token/x/"));
	arena_close(arena);
}

static void the_last_segment_may_be_any(void **state)
{
	static const struct {
		const char *pattern, *path, *id; /* NULL: it does not fit */
	} cases[] = {
		{ "/api/users/{id}/", "/api/users/7/", "7" },
		{ "/api/users/{id}/", "/api/users/%2e%2e/", "%2e%2e" },
		{ "/api/users/{id}/", "/api/users//", NULL },
		{ "/api/users/{id}/", "/api/users/", NULL },
		{ "/api/users/{id}/", "/api/users/7", NULL },
		{ "/api/users/{id}/", "/api/users/7/8/", NULL },
		{ "/api/users/{id}/", "/api/user/7/", NULL },
		{ "/api/users/", "/api/users/", "" },
		{ "/api/users/", "/api/users/7/", NULL },
	};
	struct arena *arena = arena_open();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *id = NULL;

		assert_int_equal(
		    route_fits(arena, cases[i].pattern, cases[i].path, &id),
		    cases[i].id != NULL);
		if (cases[i].id != NULL)
			assert_string_equal(id, cases[i].id);
	}
	arena_close(arena);
}

static void routes_are_found_by_path_and_method(void **state)
{
	struct arena *arena = arena_open();

	(void)state;
	assert_ptr_equal(
	    route_find(arena, routes, "/api/token/", "POST"), &routes[0]);
	assert_null(route_find(arena, routes, "/api/token/", "GET"));
	assert_null(route_find(arena, routes, "/api/token/", "post"));
	assert_ptr_equal(
	    route_find(arena, routes, "/api/me/", "HEAD"), &routes[1]);
	assert_ptr_equal(
	    route_find(arena, routes, "/api/me/", "DELETE"), &routes[2]);
	assert_null(route_find(arena, routes, "/api/token/", "HEAD"));
	arena_close(arena);
}

static void accept_lets_json_through(void **state)
{
	static const struct {
		const char *accept;
		bool is_let;
	} cases[] = {
		{ "", true },
		{ " , ", true },
		{ "*/*", true },
		{ "application/*", true },
		{ "application/json", true },
		{ "Application/JSON; q=0.5", true },
		{ "text/html, application/json;q=0.1", true },
		{ "text/html,*/*;q=0.8", true },
		{ "application/xml", false },
		{ "text/html", false },
		{ "garbage", false },
		{ "application/jsonx", false },
		{ "application/json-patch", false },
		{ "text/html;x=application/json", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(
		    route_accepts_json(cases[i].accept), cases[i].is_let);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_taken_as_they_were_sent),
		cmocka_unit_test(methods_are_those_of_the_path),
		cmocka_unit_test(the_last_segment_may_be_any),
		cmocka_unit_test(routes_are_found_by_path_and_method),
		cmocka_unit_test(accept_lets_json_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
