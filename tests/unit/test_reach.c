/* test_reach.c - host and port of an address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../deploy/postern/reach.h"

static void splits(void **state)
{
	static const struct {
		const char *url, *host, *port;
	} cases[] = {
		{ "smtp://mail.example.org", "mail.example.org", "25" },
		{ "smtps://mail.example.org/", "mail.example.org", "465" },
		{ "smtp://mail.example.org:587", "mail.example.org", "587" },
		{ "smtp://[::1]:587/", "::1", "587" },
		{ "smtps://[::1]", "::1", "465" },
		{ "smtp://me:pa:ss@mail.example.org:1", "mail.example.org",
		    "1" },
		{ "smtp://me:p?a#s@s@mail.example.org", "mail.example.org",
		    "25" },
		{ "https://example.org/told", "example.org", "443" },
		{ "https://example.org:8443/a:1@b", "example.org", "8443" },
		{ "http://localhost", "localhost", "80" },
		{ "http://127.0.0.1:8000?token=1:2", "127.0.0.1", "8000" },
		{ "https://example.org#x", "example.org", "443" },
		{ "https://me:pw@[2001:db8::1]:8443/x", "2001:db8::1", "8443" },
	};
	struct arena *arena = arena_open();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *host = NULL, *port = NULL;

		reach_split(arena, cases[i].url, &host, &port);
		if (strcmp(host, cases[i].host) != 0 ||
		    strcmp(port, cases[i].port) != 0)
			fail_msg("%s: %s, %s", cases[i].url, host, port);
	}
	arena_close(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
