/* test_peer.c - who is at the other end, directly and behind proxies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "peer.h"

static int open_arena(void **state)
{
	*state = arena_open();
	return 0;
}

static int close_arena(void **state)
{
	arena_close(*state);
	return 0;
}

static const char *const proxies[] = { "10.0.0.0/8", "192.0.2.1",
	"2001:db8:f::/48", "::1", NULL };

/* In all of these the trusted proxies are the ones above. */
static void finds_the_peer(void **state)
{
	static const struct {
		const char *rule, *remote, *forwarded, *address;
	} cases[] = {
		{ "directly", "198.51.100.7", NULL, "198.51.100.7" },
		{ "a stranger's header counts nothing", "198.51.100.7",
		    "203.0.113.9", "198.51.100.7" },
		{ "one proxy", "192.0.2.1", "203.0.113.9", "203.0.113.9" },
		{ "a proxy in a block", "10.255.0.1", "203.0.113.9",
		    "203.0.113.9" },
		{ "just beside the block", "11.0.0.0", "203.0.113.9",
		    "11.0.0.0" },
		{ "just beside the address", "192.0.2.2", "203.0.113.9",
		    "192.0.2.2" },
		{ "two proxies", "192.0.2.1", "203.0.113.9, 10.1.1.1",
		    "203.0.113.9" },
		{ "the client's own claim is left of the truth", "192.0.2.1",
		    "127.0.0.1, 203.0.113.9", "203.0.113.9" },
		{ "a claimed proxy left of the truth", "192.0.2.1",
		    "1.1.1.1, 10.0.0.1, 203.0.113.9, 10.1.1.1", "203.0.113.9" },
		{ "all are proxies", "192.0.2.1", "10.0.0.2, 10.0.0.3",
		    "10.0.0.2" },
		{ "no blanks", "192.0.2.1", "1.1.1.1,203.0.113.9,10.1.1.1",
		    "203.0.113.9" },
		{ "blanks and tabs", "192.0.2.1", " \t203.0.113.9 \t",
		    "203.0.113.9" },
		{ "an empty header", "192.0.2.1", "", "192.0.2.1" },
		{ "no header", "192.0.2.1", NULL, "192.0.2.1" },
		{ "garbage", "192.0.2.1", "unknown", "192.0.2.1" },
		{ "garbage after a good one", "192.0.2.1",
		    "203.0.113.9, _hidden, 10.1.1.1", "10.1.1.1" },
		{ "an empty element", "192.0.2.1", "203.0.113.9,,10.1.1.1",
		    "10.1.1.1" },
		{ "a comma at the end", "192.0.2.1", "203.0.113.9,",
		    "192.0.2.1" },
		{ "too many parts", "192.0.2.1", "203.0.113.9.1", "192.0.2.1" },
		{ "a part too large", "192.0.2.1", "203.0.113.256",
		    "192.0.2.1" },
		{ "octal", "192.0.2.1", "0203.0.113.9", "192.0.2.1" },
		{ "short form", "192.0.2.1", "127.1", "192.0.2.1" },
		{ "something behind", "192.0.2.1", "203.0.113.9 x",
		    "192.0.2.1" },
		{ "a line break", "192.0.2.1", "203.0.113.9\n", "192.0.2.1" },
		{ "a port", "192.0.2.1", "203.0.113.9:5678", "203.0.113.9" },
		{ "a port of letters", "192.0.2.1", "203.0.113.9:http",
		    "192.0.2.1" },
		{ "no port after the colon", "192.0.2.1",
		    "203.0.113.9:", "192.0.2.1" },
		{ "a port too long", "192.0.2.1", "203.0.113.9:123456",
		    "192.0.2.1" },
		{ "IPv6", "192.0.2.1", "2001:db8::7", "2001:db8::7" },
		{ "IPv6 in brackets", "192.0.2.1", "[2001:db8::7]",
		    "2001:db8::7" },
		{ "IPv6 with a port", "192.0.2.1", "[2001:db8::7]:80",
		    "2001:db8::7" },
		{ "no closing bracket", "192.0.2.1", "[2001:db8::7",
		    "192.0.2.1" },
		{ "something behind the bracket", "192.0.2.1", "[2001:db8::7]x",
		    "192.0.2.1" },
		{ "a bad port behind the bracket", "192.0.2.1",
		    "[2001:db8::7]:x", "192.0.2.1" },
		{ "IPv4 in brackets", "192.0.2.1", "[203.0.113.9]",
		    "192.0.2.1" },
		{ "a zone", "192.0.2.1", "fe80::7%eth0", "fe80::7" },
		{ "a zone in brackets", "192.0.2.1", "[fe80::7%eth0]:80",
		    "fe80::7" },
		{ "a zone of IPv4", "192.0.2.1", "203.0.113.9%eth0",
		    "192.0.2.1" },
		{ "an IPv6 proxy", "2001:db8:f:1::1", "203.0.113.9",
		    "203.0.113.9" },
		{ "just beside the IPv6 block", "2001:db8:10::1", "203.0.113.9",
		    "2001:db8:10::1" },
		{ "loopback", "::1", "203.0.113.9", "203.0.113.9" },
		{ "one spelling for one address", "2001:0DB8:0:0::0007", NULL,
		    "2001:db8::7" },
		{ "IPv4-mapped", "::ffff:198.51.100.7", NULL, "198.51.100.7" },
		{ "an IPv4-mapped proxy", "::ffff:10.0.0.1", "203.0.113.9",
		    "203.0.113.9" },
		{ "an IPv4-mapped element", "192.0.2.1", "::ffff:203.0.113.9",
		    "203.0.113.9" },
		{ "an IPv4-mapped proxy as an element", "192.0.2.1",
		    "203.0.113.9, ::ffff:10.0.0.1", "203.0.113.9" },
		{ "no REMOTE_ADDR", NULL, "203.0.113.9", "" },
		{ "an empty REMOTE_ADDR", "", "203.0.113.9", "" },
		{ "a socket", "unix:", "203.0.113.9", "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct peer peer = peer_of(
		    *state, cases[i].remote, cases[i].forwarded, proxies);

		if (strcmp(peer.address, cases[i].address) != 0)
			fail_msg("%s: %s", cases[i].rule, peer.address);
	}
}

static void trusts_nobody_by_itself(void **state)
{
	static const char *const none[] = { NULL };
	static const char *const broken[] = { "localhost", "10.0.0.0/33",
		NULL };

	assert_string_equal("127.0.0.1",
	    peer_of(*state, "127.0.0.1", "203.0.113.9", NULL).address);
	assert_string_equal("127.0.0.1",
	    peer_of(*state, "127.0.0.1", "203.0.113.9", none).address);
	assert_string_equal("10.0.0.1",
	    peer_of(*state, "10.0.0.1", "203.0.113.9", broken).address);
}

static void matches_blocks_by_their_bits(void **state)
{
	static const struct {
		const char *block, *inside, *outside;
	} cases[] = {
		{ "203.0.113.128/25", "203.0.113.128", "203.0.113.127" },
		{ "203.0.113.8/30", "203.0.113.11", "203.0.113.12" },
		{ "203.0.113.9/32", "203.0.113.9", "203.0.113.8" },
		{ "203.0.113.9/8", "203.255.255.255", "204.0.0.0" },
		{ "0.0.0.0/0", "203.0.113.9", "2001:db8::1" },
		{ "::/0", "2001:db8::1", "203.0.113.9" },
		{ "2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1" },
		{ "2001:db8::1/128", "2001:db8::1", "2001:db8::2" },
		{ "::ffff:10.0.0.0/104", "10.9.9.9", "11.0.0.0" },
		{ "::ffff:10.0.0.1", "10.0.0.1", "10.0.0.2" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *const trusted[] = { cases[i].block, NULL };
		struct peer inside =
		    peer_of(*state, cases[i].inside, "198.51.100.1", trusted);
		struct peer outside =
		    peer_of(*state, cases[i].outside, "198.51.100.1", trusted);

		if (strcmp(inside.address, "198.51.100.1") != 0)
			fail_msg("%s: %s", cases[i].block, inside.address);
		if (strcmp(outside.address, cases[i].outside) != 0)
			fail_msg("%s: %s", cases[i].block, outside.address);
	}
}

static void gives_a_prefix(void **state)
{
	static const struct {
		const char *remote, *prefix;
	} cases[] = {
		{ "198.51.100.7", "198.51.100.7" },
		{ "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64" },
		{ "2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64" },
		{ "2001:db8::1", "2001:db8::/64" },
		{ "::1", "::/64" },
		{ "::ffff:198.51.100.7", "198.51.100.7" },
		{ "", "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(cases[i].prefix,
		    peer_of(*state, cases[i].remote, NULL, proxies).prefix);
}

/* Of a long list only so much is read; what is read is never a lie. */
static void bounds_the_list(void **state)
{
	char list[4096] = "203.0.113.9", junk[4096];
	size_t used = strlen(list);

	for (int i = 0; i < 15; i++, used += 10)
		memcpy(list + used, ", 10.1.1.1", 11);
	assert_string_equal(
	    "203.0.113.9", peer_of(*state, "192.0.2.1", list, proxies).address);
	for (int i = 0; i < 300; i++, used += 10)
		memcpy(list + used, ", 10.1.1.1", 11);
	assert_string_equal(
	    "10.1.1.1", peer_of(*state, "192.0.2.1", list, proxies).address);
	memset(junk, '1', sizeof junk - 1);
	junk[sizeof junk - 1] = '\0';
	assert_string_equal(
	    "192.0.2.1", peer_of(*state, "192.0.2.1", junk, proxies).address);
}

static void knows_blocks(void **state)
{
	static const struct {
		const char *text;
		int is_block;
	} cases[] = {
		{ "10.0.0.1", 1 },
		{ "10.0.0.0/8", 1 },
		{ "10.0.0.0/0", 1 },
		{ "10.0.0.0/32", 1 },
		{ "::1", 1 },
		{ "2001:db8::/32", 1 },
		{ "2001:db8::/128", 1 },
		{ "", 0 },
		{ "/8", 0 },
		{ "localhost", 0 },
		{ "10.0.0.0/", 0 },
		{ "10.0.0.0/33", 0 },
		{ "10.0.0.0/-1", 0 },
		{ "10.0.0.0/08", 0 },
		{ "10.0.0.0/+8", 0 },
		{ "10.0.0.0/8 ", 0 },
		{ "10.0.0.0/4294967304", 0 },
		{ "10.0.0.0/255.0.0.0", 0 },
		{ " 10.0.0.1", 0 },
		{ "10.0.0", 0 },
		{ "10.0.0.1:80", 0 },
		{ "[::1]", 0 },
		{ "fe80::1%eth0", 0 },
		{ "2001:db8::/129", 0 },
		{ "2001:db8:0000:0000:0000:0000:0000:00000000001", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (!peer_is_block(cases[i].text) != !cases[i].is_block)
			fail_msg("wrong: %s", cases[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_peer),
		cmocka_unit_test(trusts_nobody_by_itself),
		cmocka_unit_test(matches_blocks_by_their_bits),
		cmocka_unit_test(gives_a_prefix),
		cmocka_unit_test(bounds_the_list),
		cmocka_unit_test(knows_blocks),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
