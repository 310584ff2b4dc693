/* test_letter.c - placeholders, links, addresses, and the written letter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../deploy/postern/forms.h"
#include "../../deploy/postern/letter.h"
#include "../../deploy/postern/letter_kind.h"
#include "../../deploy/postern/lifetime.h"
#include "secret.h"
#include "../../deploy/postern/template.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* Where the tests put templates. */
struct place {
	struct arena *arena;
	char folder[32];
};

static const struct placeholder values[] = {
	{ "name", "ann" },
	{ "hostile", "<a href='x'>&\"" },
	{ "lines", "a\r\nBcc: x\tb\x7f" },
	{ "uid", "a b/c@d+e%~" },
	{ "accent", "\xc3\xa9" },
	{ "absent", NULL },
	{ 0 },
};

static void put(const struct place *place, const char *name, const char *text)
{
	FILE *file = fopen(
	    arena_printf(place->arena, "%s/%s", place->folder, name), "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static const char units[] = "# a comment\n\n"
			    "day: 1 day\n"
			    "days: {number} days\n"
			    "hour: 1 hour\n"
			    "hours:\t{number} hours\n"
			    "minute: 1 minute\n"
			    "minutes: {number} minutes\n"
			    "second: 1 second\n"
			    "seconds: {number} seconds";

static int open_place(void **state)
{
	struct place *place = calloc(1, sizeof *place);

	secret_init();
	place->arena = arena_open();
	memcpy(place->folder, "/tmp/letters-XXXXXX", 20);
	assert_non_null(mkdtemp(place->folder));
	put(place, "units", units);
	*state = place;
	return 0;
}

static int close_place(void **state)
{
	static const char *const names[] = { "reset.txt", "reset.html",
		"units" };
	struct place *place = *state;

	for (size_t i = 0; i < COUNT(names); i++)
		unlink(arena_printf(
		    place->arena, "%s/%s", place->folder, names[i]));
	rmdir(place->folder);
	arena_close(place->arena);
	free(place);
	return 0;
}

static void fills_placeholders(void **state)
{
	static const struct {
		const char *rule;
		enum surroundings surroundings;
		const char *text, *expected, *problem;
	} cases[] = {
		{ "a value", IN_TEXT, "Hi {name}!", "Hi ann!", NULL },
		{ "twice", IN_TEXT, "{name}{name}", "annann", NULL },
		{ "no placeholder", IN_TEXT, "", "", NULL },
		{ "braces of CSS stay", IN_HTML, "p { color: red } {", NULL,
		    NULL },
		{ "an empty name stays", IN_TEXT, "{} {Name} {name", NULL,
		    NULL },
		{ "text is not escaped", IN_TEXT, "{hostile}",
		    "<a href='x'>&\"", NULL },
		{ "HTML is escaped", IN_HTML, "<b>{hostile}",
		    "<b>&lt;a href=&#39;x&#39;&gt;&amp;&quot;", NULL },
		{ "no value ends a line", IN_TEXT, "{lines}", "a  Bcc: x b ",
		    NULL },
		{ "no value ends a line of HTML", IN_HTML, "{lines}",
		    "a  Bcc: x b ", NULL },
		{ "URLs are percent-encoded", IN_URL, "?{uid}&{accent}",
		    "?a%20b%2Fc%40d%2Be%25~&%C3%A9", NULL },
		{ "controls in URLs too", IN_URL, "{lines}",
		    "a%0D%0ABcc%3A%20x%09b%7F", NULL },
		{ "values are not filled in again", IN_TEXT, "{{name}}",
		    "{ann}", NULL },
		{ "unknown: with its line", IN_TEXT, "a\nb\n {nmae}", NULL,
		    "x.txt:3: {nmae}: unknown placeholder" },
		{ "known, without a value", IN_TEXT, "{absent}", NULL,
		    "x.txt:1: {absent}: has no value in this letter" },
	};
	struct place *place = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *problem = NULL, *expected = cases[i].expected;
		const char *filled = template_fill(place->arena, "x.txt",
		    cases[i].text, values, cases[i].surroundings, &problem);

		print_message("%s\n", cases[i].rule);
		if (cases[i].problem != NULL) {
			assert_null(filled);
			assert_string_equal(problem, cases[i].problem);
			continue;
		}
		assert_non_null(filled);
		assert_string_equal(
		    filled, expected != NULL ? expected : cases[i].text);
	}
}

static void makes_links(void **state)
{
	static const struct {
		const char *rule, *public_url, *link, *expected;
	} cases[] = {
		{ "relative", "https://s.org", "a.html#{uid}&{token}",
		    "https://s.org/a.html#x%40y&t-_0" },
		{ "relative, below a path", "https://s.org/site", "a#{token}",
		    "https://s.org/site/a#t-_0" },
		{ "with a slash in front", "https://s.org", "/a#{token}",
		    "https://s.org/a#t-_0" },
		{ "absolute", "https://s.org", "https://app.org/{uid}/{token}",
		    "https://app.org/x%40y/t-_0" },
		{ "relative to nothing", "", "a#{token}", NULL },
		{ "unknown placeholder", "https://s.org", "a#{tokn}", NULL },
	};
	struct place *place = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct config config = { .public_url =
						   cases[i].public_url };
		const struct letter letter = {
			.uid = "x@y", .ticket = "t-_0", .link = cases[i].link
		};
		const char *problem = NULL;
		const char *link =
		    forms_link(place->arena, &config, &letter, &problem);

		print_message("%s\n", cases[i].rule);
		if (cases[i].expected == NULL) {
			assert_null(link);
			assert_non_null(problem);
			continue;
		}
		assert_non_null(link);
		assert_string_equal(link, cases[i].expected);
	}
}

static void tells_addresses(void **state)
{
	static const struct {
		const char *rule, *text;
		bool is_address;
	} cases[] = {
		{ "plain", "ann@example.org", true },
		{ "host alone", "root@localhost", true },
		{ "tag and dash", "ann-b+tag@example.org", true },
		{ "of another script", "ann@xn--exmple-cua.org", true },
		{ "the same in UTF-8", "ann@ex\xc3\xa4mple.org", false },
		{ "local part in UTF-8", "j\xc3\xbcrgen@example.org", false },
		{ "not UTF-8", "j\xfcrgen@example.org", false },
		{ "empty", "", false },
		{ "no at", "ann", false },
		{ "two at", "a@b@c", false },
		{ "no local part", "@example.org", false },
		{ "no domain", "ann@", false },
		{ "an option", "-oQ/tmp@example.org", false },
		{ "CR LF", "ann@example.org\r\nBcc: x@y", false },
		{ "LF", "ann@example.org\n", false },
		{ "two addresses", "ann@example.org,bob@y", false },
		{ "blank", "ann @example.org", false },
		{ "angle brackets", "<ann@example.org>", false },
		{ "quoted", "\"ann\"@example.org", false },
		{ "comment", "ann(x)@example.org", false },
		{ "DEL", "ann\x7f@example.org", false },
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("%s\n", cases[i].rule);
		assert_int_equal(
		    letter_is_address(cases[i].text), cases[i].is_address);
	}
}

static const struct letter reset = {
	.template = "reset",
	.to = "ann@example.net",
	.username = "ann",
	.uid = "7b1d",
	.link = "r#{uid}/{token}",
	.ticket = "secret-ticket",
	.lifetime = 5400,
	.id = "4f9c",
	.now = 784111777,
};

/* Writes a letter from these two templates; NULL with *problem. */
static const char *written_as(const struct place *place, const char *text,
    const char *html, const struct letter *letter, const char *from,
    const char **problem)
{
	const struct config config = { .public_url = "https://s.org",
		.site_name = "S\xc3\xb6te",
		.mail_from = from,
		.mail_templates = place->folder };
	struct written written = { 0 };

	put(place, "reset.txt", text);
	put(place, "reset.html", html);
	if (!letter_write(place->arena, &config, letter, &written, problem))
		return NULL;
	assert_int_equal(written.size, strlen(written.text));
	assert_string_equal(written.from, "noreply@s.org");
	return written.text;
}

static void assert_has(const char *text, const char *part)
{
	if (text == NULL || strstr(text, part) == NULL)
		fail_msg("there is no \"%s\" in:\n%s", part,
		    text != NULL ? text : "nothing");
}

static void writes_a_letter(void **state)
{
	const char *problem = NULL;
	/* RFC 9110 section 5.6.7 has this moment too. */
	const char *text = written_as(*state,
	    "Subject: Hello {username}\n\n{link} {hours} {lifetime}\n",
	    "<p>{link}</p>\n", &reset, "Site <noreply@s.org>", &problem);

	assert_non_null(text);
	assert_has(text, "From: Site <noreply@s.org>\n");
	assert_has(text, "To: ann@example.net\n");
	assert_has(text, "Subject: Hello ann\n");
	assert_has(text, "Date: Sun, 06 Nov 1994 08:49:37 +0000\n");
	assert_has(text, "<4f9c@s.org>\n");
	assert_has(text, "Auto-Submitted: auto-generated\n");
	assert_has(text, "MIME-Version: 1.0\n");
	assert_has(text, "multipart/alternative");
	assert_has(text,
	    "\n\nhttps://s.org/r#7b1d/secret-ticket 1.50 "
	    "90 minutes\n");
	assert_has(text, "\n\n<p>https://s.org/r#7b1d/secret-ticket</p>\n");
	assert_null(strchr(text, '\r'));
}

static void is_always_seven_bit(void **state)
{
	const struct place *place = *state;
	static const char html[] = "<p>\xc3\xa9</p>\n";
	const char *problem = NULL;
	char line[2000];
	const char *text = NULL;
	size_t length = 0;

	memset(line, 'x', sizeof line);
	text = written_as(place,
	    arena_printf(place->arena, "Subject: {site_name}\n\n%.*s\n",
		(int)sizeof line, line),
	    html, &reset, "noreply@s.org", &problem);
	assert_non_null(text);
	assert_has(text, "<p>=C3=A9</p>");
	for (; *text != '\0'; text++) {
		length = *text == '\n' ? 0 : length + 1;
		assert_true((unsigned char)*text < 0x80);
		assert_true(length <= 998);
	}
}

static void keeps_headers_whole(void **state)
{
	struct letter hostile = reset;
	const char *problem = NULL, *text = NULL;

	hostile.username = "ann\r\nBcc: x@y\r\n\r\nbody";
	text = written_as(*state, "Subject: {username}\n\n{username}\n",
	    "<p>{username}</p>\n", &hostile, "noreply@s.org", &problem);
	assert_non_null(text);
	assert_null(strstr(text, "\nBcc"));
	assert_has(text, "Subject: ann  Bcc: x@y    body\n");
	hostile.to = "ann@example.net\nBcc: x@y";
	assert_null(written_as(*state, "Subject: a\n\nb\n", "b\n", &hostile,
	    "noreply@s.org", &problem));
	assert_non_null(problem);
}

static void refuses_wrong_templates(void **state)
{
	static const struct {
		const char *rule, *text, *html, *from, *problem;
	} cases[] = {
		{ "right", "Subject: a\n\nb\n", "b\n", "noreply@s.org", NULL },
		{ "without a subject", "Hello\n", "b\n", "noreply@s.org",
		    "/reset.txt:1: the first line is not" },
		{ "a wrong placeholder in HTML", "Subject: a\n\nb\n",
		    "\n{tocken}", "noreply@s.org",
		    "/reset.html:2: {tocken}: unknown placeholder" },
		{ "not UTF-8", "Subject: a\n\n\xfc\n", "b\n", "noreply@s.org",
		    "/reset.txt: is not UTF-8" },
		{ "no sender", "Subject: a\n\nb\n", "b\n", "", "mail_from:" },
		{ "two senders", "Subject: a\n\nb\n", "b\n",
		    "noreply@s.org, x@s.org", "mail_from:" },
		{ "no address", "Subject: a\n\nb\n", "b\n", "Site",
		    "mail_from:" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *problem = NULL;
		const char *text = written_as(*state, cases[i].text,
		    cases[i].html, &reset, cases[i].from, &problem);

		print_message("%s\n", cases[i].rule);
		assert_int_equal(text == NULL, cases[i].problem != NULL);
		if (cases[i].problem != NULL) {
			assert_has(problem, cases[i].problem);
			assert_null(strstr(problem, "secret-ticket"));
		}
	}
}

static void says_lifetimes(void **state)
{
	static const struct {
		int64_t seconds;
		const char *expected;
	} cases[] = {
		{ 604800, "7 days" },
		{ 86400, "1 day" },
		{ 90000, "25 hours" },
		{ 3600, "1 hour" },
		{ 5400, "90 minutes" },
		{ 60, "1 minute" },
		{ 61, "61 seconds" },
		{ 1, "1 second" },
	};
	const struct place *place = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *problem = NULL;

		print_message("%s\n", cases[i].expected);
		assert_string_equal(lifetime_text(place->arena, place->folder,
					cases[i].seconds, &problem),
		    cases[i].expected);
	}
}

static void refuses_wrong_units(void **state)
{
	static const struct {
		const char *rule, *text, *problem;
	} cases[] = {
		{ "a line is missing", "day: 1\ndays: 2\nhour: 1\n",
		    "/units: there is no line \"hours: ...\"" },
		{ "a name is not at the beginning", " day: 1 day\n",
		    "/units: there is no line \"day: ...\"" },
		{ "an unknown placeholder",
		    "day: x\ndays: {nmuber}\nhour: x\nhours: x\nminute: x\n"
		    "minutes: x\nsecond: x\nseconds: x\n",
		    "/units:1: {nmuber}: unknown placeholder" },
		{ "not UTF-8", "day: \xfc\n", "/units: is not UTF-8" },
	};
	const struct place *place = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *problem = NULL;

		print_message("%s\n", cases[i].rule);
		put(place, "units", cases[i].text);
		assert_null(lifetime_text(
		    place->arena, place->folder, 172800, &problem));
		assert_has(problem, cases[i].problem);
	}
}

/* What is missing in the folder of the language is not taken from elsewhere. */
static void looks_in_the_language(void **state)
{
	const struct place *place = *state;
	const struct config config = { .public_url = "https://s.org",
		.site_name = "S",
		.mail_from = "noreply@s.org",
		.mail_templates = place->folder,
		.mail_language = "xx" };
	struct written written = { 0 };
	const char *problem = NULL;

	put(place, "reset.txt", "Subject: a\n\nb\n");
	put(place, "reset.html", "b\n");
	assert_false(
	    letter_write(place->arena, &config, &reset, &written, &problem));
	assert_has(problem, "/xx/units: cannot be read: ");
}

static void names_a_ticket_where_there_is_a_link(void **state)
{
	const struct config config = { .activation_url = "a",
		.password_reset_confirm_url = "r",
		.username_reset_confirm_url = "n",
		.email_confirm_url = "e",
		.email_undo_url = "u",
		.invitation_url = "i",
		.activation_lifetime = 1,
		.reset_lifetime = 2,
		.email_lifetime = 3,
		.email_undo_lifetime = 4,
		.invitation_lifetime = 5 };
	static const struct {
		const char *template, *link, *purpose;
		int64_t lifetime;
	} cases[] = {
		{ "activation", "a", "activation", 1 },
		{ "exists", NULL, NULL, 0 },
		{ "reset", "r", "reset", 2 },
		{ "username", "n", "username", 2 },
		{ "password_changed", NULL, NULL, 0 },
		{ "email_change", "e", "email", 3 },
		{ "email_changed", "u", "email_undo", 4 },
		{ "new_login", NULL, NULL, 0 },
		{ "invitation", "i", "invitation", 5 },
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct letter_kind *kind = letter_kind(cases[i].template);
		const char *link = NULL;

		print_message("%s\n", cases[i].template);
		assert_non_null(kind);
		link = letter_kind_link(kind, &config);
		assert_int_equal(
		    letter_kind_lifetime(kind, &config), cases[i].lifetime);
		assert_int_equal(link == NULL, cases[i].link == NULL);
		assert_int_equal(kind->purpose == NULL, link == NULL);
		if (link == NULL)
			continue;
		assert_string_equal(link, cases[i].link);
		assert_string_equal(kind->purpose, cases[i].purpose);
	}
	assert_null(letter_kind("greeting"));
}

static void needs_its_templates(void **state)
{
	struct place *place = *state;
	const struct config config = { .public_url = "https://s.org",
		.site_name = "",
		.mail_from = "noreply@s.org",
		.mail_templates = place->folder };
	struct written written = { 0 };
	const char *problem = NULL;

	assert_false(
	    letter_write(place->arena, &config, &reset, &written, &problem));
	assert_has(problem, "/reset.txt: cannot be read: ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    fills_placeholders, open_place, close_place),
		cmocka_unit_test_setup_teardown(
		    makes_links, open_place, close_place),
		cmocka_unit_test(tells_addresses),
		cmocka_unit_test_setup_teardown(
		    writes_a_letter, open_place, close_place),
		cmocka_unit_test_setup_teardown(
		    is_always_seven_bit, open_place, close_place),
		cmocka_unit_test_setup_teardown(
		    keeps_headers_whole, open_place, close_place),
		cmocka_unit_test_setup_teardown(
		    refuses_wrong_templates, open_place, close_place),
		cmocka_unit_test_setup_teardown(
		    needs_its_templates, open_place, close_place),
		cmocka_unit_test_setup_teardown(
		    says_lifetimes, open_place, close_place),
		cmocka_unit_test_setup_teardown(
		    refuses_wrong_units, open_place, close_place),
		cmocka_unit_test_setup_teardown(
		    looks_in_the_language, open_place, close_place),
		cmocka_unit_test(names_a_ticket_where_there_is_a_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
