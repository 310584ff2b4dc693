/* test_log.c - an event is one line, whatever stands in it. */
#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "log.h"

static char folder[] = "/tmp/test_log.XXXXXX";
static char file[64], other_file[64];

static int make_folder(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(file, sizeof file, "%s/log", folder);
	snprintf(other_file, sizeof other_file, "%s/other", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(file);
	unlink(other_file);
	return rmdir(folder);
}

static void read_file(const char *name, char *text, size_t size)
{
	FILE *stream = fopen(name, "r");
	size_t length = 0;

	assert_non_null(stream);
	length = fread(text, 1, size - 1, stream);
	text[length] = '\0';
	fclose(stream);
}

/* What log_info(text) writes, in another process; the text behind the head. */
static const char *written(
    const char *request, const char *text, char line[8192])
{
	int status = 0;
	pid_t child = 0;

	unlink(file);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		log_open("try");
		if (log_to(file) != 0)
			_exit(1);
		log_request(request);
		log_info("%s", text);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	read_file(file, line, 8192);
	return strstr(line, "]: ") + 3;
}

static void says_when_who_and_what(void **state)
{
	char line[8192];
	regex_t form;

	(void)state;
	assert_int_equal(0,
	    regcomp(&form,
		"^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:"
		"[0-6][0-9]\\.[0-9]{3}Z try\\[[0-9]+\\]: "
		"0123456789abcdef database: it is away\n$",
		REG_EXTENDED | REG_NOSUB));
	written("0123456789abcdef", "database: it is away", line);
	assert_int_equal(0, regexec(&form, line, 0, NULL, 0));
	regfree(&form);
	assert_string_equal(written("", "database: it is away", line),
	    "database: it is away\n");
}

static void escapes(void **state)
{
	static const struct {
		const char *rule, *text, *line;
	} cases[] = {
		{ "plain", "a ~b", "a ~b\n" },
		{ "empty", "", "\n" },
		{ "CR and LF", "a\r\nb", "a\\x0d\\x0ab\n" },
		{ "tab", "a\tb", "a\\x09b\n" },
		{ "escape", "\x1b[2J", "\\x1b[2J\n" },
		{ "delete", "\x7f", "\\x7f\n" },
		{ "backslash", "a\\x0ab", "a\\x5cx0ab\n" },
		{ "UTF-8 stays", "dañé 李 😀", "dañé 李 😀\n" },
		{ "the last code point", "\xf4\x8f\xbf\xbf",
		    "\xf4\x8f\xbf\xbf\n" },
		{ "C1 control", "\xc2\x85", "\\xc2\\x85\n" },
		{ "the last C1 control", "\xc2\x9f", "\\xc2\\x9f\n" },
		{ "no control", "\xc2\xa0", "\xc2\xa0\n" },
		{ "line separator", "\xe2\x80\xa8", "\\xe2\\x80\\xa8\n" },
		{ "paragraph separator", "\xe2\x80\xa9", "\\xe2\\x80\\xa9\n" },
		{ "a dash beside them", "\xe2\x80\x94", "\xe2\x80\x94\n" },
		{ "Latin-1", "\xe9t", "\\xe9t\n" },
		{ "cut", "a\xc3", "a\\xc3\n" },
		{ "cut of four", "\xf0\x9f\x98", "\\xf0\\x9f\\x98\n" },
		{ "continuation alone", "\x80", "\\x80\n" },
		{ "overlong slash of two", "\xc0\xaf", "\\xc0\\xaf\n" },
		{ "overlong newline of three", "\xe0\x80\x8a",
		    "\\xe0\\x80\\x8a\n" },
		{ "overlong newline of four", "\xf0\x80\x80\x8a",
		    "\\xf0\\x80\\x80\\x8a\n" },
		{ "the first of three", "\xe0\xa0\x80", "\xe0\xa0\x80\n" },
		{ "the first of four", "\xf0\x90\x80\x80",
		    "\xf0\x90\x80\x80\n" },
		{ "surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80\n" },
		{ "before the surrogates", "\xed\x9f\xbf", "\xed\x9f\xbf\n" },
		{ "beyond the last", "\xf4\x90\x80\x80",
		    "\\xf4\\x90\\x80\\x80\n" },
	};
	char line[8192];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (strcmp(written("", cases[i].text, line), cases[i].line) !=
		    0)
			fail_msg("%s: %s", cases[i].rule, line);
}

static void escapes_the_request_too(void **state)
{
	char line[8192];

	(void)state;
	assert_string_equal(written("a\nb", "c", line), "a\\x0ab c\n");
	/* at most 32 characters */
	assert_string_equal(
	    written("0123456789012345678901234567890123456789", "c", line),
	    "01234567890123456789012345678901 c\n");
}

static void long_texts_are_cut_to_one_line(void **state)
{
	static const char units[] = { 'x', '\n', '\xff' };
	char text[6000], line[8192];

	(void)state;
	for (size_t i = 0; i < sizeof units; i++) {
		const char *rest = NULL;

		memset(text, units[i], sizeof text - 1);
		text[sizeof text - 1] = '\0';
		rest = written("", text, line);
		assert_in_range(strlen(rest), 1000, 3000);
		assert_ptr_equal(strchr(rest, '\n'), rest + strlen(rest) - 1);
	}
}

static void makes_a_file_that_others_cannot_read(void **state)
{
	char line[8192];
	struct stat facts;

	(void)state;
	written("", "a", line);
	assert_int_equal(stat(file, &facts), 0);
	assert_int_equal(facts.st_mode & 0137, 0);
}

/* Of the child's standard error and of two files, after some turns. */
static void child_turns(void)
{
	log_open("try");
	log_info("first");
	if (log_to(file) != 0)
		_exit(1);
	log_info("second");
	if (log_to("/nonexistent/log") != ENOENT)
		_exit(2);
	log_info("third");
	if (log_to(other_file) != 0)
		_exit(3);
	log_error("fourth");
	if (log_to("stderr") != 0)
		_exit(4);
	log_info("fifth");
	if (log_to(file) != 0)
		_exit(5);
	log_fatal("sixth");
}

static void lines_go_where_they_are_sent(void **state)
{
	int status = 0, ends[2];
	char text[8192];
	ssize_t length = 0;
	pid_t child = 0;

	(void)state;
	unlink(file);
	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		child_turns();
	}
	close(ends[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	/* log_fatal ends with 1, but writes first */
	assert_int_equal(WEXITSTATUS(status), 1);
	length = read(ends[0], text, sizeof text - 1);
	close(ends[0]);
	assert_true(length > 0);
	text[length] = '\0';
	assert_non_null(strstr(text, "]: first\n"));
	assert_non_null(strstr(text, "]: fifth\n"));
	assert_null(strstr(text, "second"));
	assert_null(strstr(text, "fourth"));
	read_file(file, text, sizeof text);
	assert_non_null(strstr(text, "]: second\n"));
	assert_non_null(strstr(text, "]: third\n"));
	assert_non_null(strstr(text, "]: sixth\n"));
	assert_null(strstr(text, "fourth"));
	read_file(other_file, text, sizeof text);
	assert_non_null(strstr(text, "]: fourth\n"));
	assert_null(strstr(text, "fifth"));
}

/* Without a standard error the file takes its place and stays open. */
static void works_without_a_standard_error(void **state)
{
	int status = 0;
	char text[8192];
	pid_t child = 0;

	(void)state;
	unlink(file);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(STDERR_FILENO);
		if (log_to(file) != 0)
			_exit(1);
		log_info("first");
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	read_file(file, text, sizeof text);
	assert_non_null(strstr(text, "]: first\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_when_who_and_what),
		cmocka_unit_test(escapes),
		cmocka_unit_test(escapes_the_request_too),
		cmocka_unit_test(long_texts_are_cut_to_one_line),
		cmocka_unit_test(makes_a_file_that_others_cannot_read),
		cmocka_unit_test(lines_go_where_they_are_sent),
		cmocka_unit_test(works_without_a_standard_error),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
