/* breached.c - makes the file of passwords that are known from breaches. */
#include "breached.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "answer.h"
#include "clock.h"
#include "keyfile.h"
#include "options.h"
#include "terminal.h"

#define PROGRESS_MS 5000
#define LOOK_EVERY 65536  /* lines */
#define HEX_LENGTH 40     /* of SHA-1 */
#define KEY_HEX 16        /* of the bytes that make a key */
#define MEMORY_DEFAULT 64 /* MiB */
#define MEMORY_MOST 65536
#define KEYS_ALL 18446744073709551616.0 /* 2^64 */
#define SEEN_MOST INT64_C(1000000000000)

enum value { SEEN, MEMORY, VALUES };

static volatile sig_atomic_t stopping;

struct build {
	const char *input, *output;
	bool is_plain; /* passwords, not hashes */
	int64_t seen;
	FILE *from;
	int64_t size;  /* of the input in bytes; 0: not known */
	int64_t lines; /* that were read */
	int64_t told_at;
	struct keyfile *keys;
};

static void stop(int number)
{
	(void)number;
	stopping = 1;
}

/* What was begun is removed before the end. */
static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = stop };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}

static int digit_of(char character)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *found = strchr(digits, character);

	return character != '\0' && found != NULL ? (int)(found - digits) % 16
						  : -1;
}

/*
 * Reads SHA-1 in hex, alone or with ":" and how often it was seen.
 * Returns false for a line that is none.
 */
static bool read_hash(const char *line, uint64_t *key, int64_t *seen)
{
	char *end = NULL;

	*key = 0;
	*seen = 1;
	for (size_t i = 0; i < HEX_LENGTH; i++) {
		int digit = digit_of(line[i]);

		if (digit < 0)
			return false;
		if (i < KEY_HEX)
			*key = *key << 4 | (uint64_t)digit;
	}
	line += HEX_LENGTH;
	if (*line == '\0')
		return true;
	if (*line != ':' || line[1] < '0' || line[1] > '9')
		return false;
	errno = 0;
	*seen = strtoll(line + 1, &end, 10);
	return errno == 0 && *end == '\0';
}

static bool add_line(struct build *build, char *line, size_t length)
{
	unsigned char digest[SHA1_SIZE];
	uint64_t key = 0;
	int64_t seen = build->seen;

	while (length > 0 &&
	    (line[length - 1] == '\n' || line[length - 1] == '\r'))
		line[--length] = '\0';
	if (length == 0)
		return true;
	if (build->is_plain) {
		if (!sha1_digest(line, length, digest)) {
			terminal_problem("there is no SHA-1 on this machine");
			return false;
		}
		key = breached_number(digest);
	} else if (!read_hash(line, &key, &seen)) {
		terminal_problem("%s: line %" PRId64
				 " is no SHA-1 in hex, alone or with :COUNT; "
				 "--plain reads passwords",
		    build->input, build->lines);
		return false;
	}
	if (seen < build->seen || keyfile_add(build->keys, key))
		return true;
	terminal_problem("%s: %s", build->output, strerror(errno));
	return false;
}

static void tell(struct build *build)
{
	if (clock_milliseconds() - build->told_at < PROGRESS_MS)
		return;
	build->told_at = clock_milliseconds();
	if (build->size > 0)
		terminal_problem("%" PRId64 " lines, %" PRId64 " %%",
		    build->lines,
		    (int64_t)ftello(build->from) * 100 / build->size);
	else
		terminal_problem("%" PRId64 " lines", build->lines);
}

/* Returns false after saying why. */
static bool read_lines(struct build *build)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length = 0;
	bool is_done = true;

	while (is_done && !stopping &&
	    (length = getline(&line, &size, build->from)) >= 0) {
		build->lines++;
		is_done = add_line(build, line, (size_t)length);
		if (build->lines % LOOK_EVERY == 0)
			tell(build);
	}
	free(line);
	if (stopping)
		terminal_problem("interrupted; nothing is made");
	else if (is_done && ferror(build->from))
		terminal_problem("%s: %s", build->input, strerror(errno));
	return is_done && !stopping && !ferror(build->from);
}

static int say_made(
    struct context *context, const struct build *build, uint64_t count)
{
	struct reply *answer = answer_open(context);
	int64_t size =
	    (int64_t)(BREACHED_HEAD_SIZE + count * BREACHED_KEY_SIZE);

	reply_string(answer, "file", build->output);
	reply_integer(answer, "lines", build->lines);
	reply_integer(answer, "hashes", (int64_t)count);
	reply_integer(answer, "bytes", size);
	answer_print(context, answer,
	    arena_printf(context->arena,
		"%s: %" PRIu64 " hashes of %" PRId64 " lines, %" PRId64
		" bytes\none good password in %.1g is refused by mistake",
		build->output, count, build->lines, size,
		KEYS_ALL / (double)(count > 0 ? count : 1)));
	return DONE;
}

static int make(struct context *context, struct build *build, size_t memory)
{
	uint64_t count = 0;
	int result = NOT_DONE;

	build->keys = keyfile_open(build->output, memory);
	if (build->keys == NULL) {
		terminal_problem("%s.new: %s", build->output,
		    errno == EWOULDBLOCK ? "another build is at it"
					 : strerror(errno));
		return NOT_DONE;
	}
	if (read_lines(build)) {
		if (keyfile_finish(build->keys, &count))
			result = say_made(context, build, count);
		else
			terminal_problem(
			    "%s: %s", build->output, strerror(errno));
	}
	keyfile_close(build->keys);
	return result;
}

static bool open_input(struct build *build)
{
	struct stat status = { 0 };

	build->told_at = clock_milliseconds();
	build->from =
	    strcmp(build->input, "-") == 0 ? stdin : fopen(build->input, "re");
	if (build->from == NULL) {
		terminal_problem("%s: %s", build->input, strerror(errno));
		return false;
	}
	if (fstat(fileno(build->from), &status) == 0 && S_ISREG(status.st_mode))
		build->size = (int64_t)status.st_size;
	return true;
}

static int breached_build(struct context *context, int argc, char **argv)
{
	int plain = 0;
	const struct option options[] = {
		{ "plain", no_argument, &plain, 1 },
		{ "seen", required_argument, NULL, SEEN },
		{ "memory", required_argument, NULL, MEMORY },
		{ 0 },
	};
	const char *values[VALUES] = { NULL };
	struct build build = { 0 };
	int64_t memory = 0;
	int result = NOT_DONE;

	if (!options_read(
		argc, argv, options, values, (struct operands){ 2, 2 }) ||
	    !options_number("seen", values[SEEN], SEEN_MOST, 1, &build.seen) ||
	    !options_number(
		"memory", values[MEMORY], MEMORY_MOST, MEMORY_DEFAULT, &memory))
		return WRONG_USAGE;
	build.input = argv[optind];
	build.output = argv[optind + 1];
	build.is_plain = plain != 0;
	if (!open_input(&build))
		return NOT_DONE;
	catch_signals();
	result = make(context, &build, (size_t)memory << 20);
	if (build.from != stdin)
		fclose(build.from);
	return result;
}

const struct command breached_commands[] = {
	{ "breached build", "INPUT OUTPUT [--plain] [--seen N] [--memory MIB]",
	    "Makes the file for breached_passwords, of lines of SHA-1 in hex,\n"
	    "      alone or HEX:COUNT. --plain: of passwords. --seen: of those\n"
	    "      that were seen so often. INPUT may be -.",
	    breached_build },
	{ 0 },
};
