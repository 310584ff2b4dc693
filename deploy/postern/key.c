/* key.c - makes the key that signs tokens. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answer.h"
#include "options.h"
#include "secret.h"
#include "terminal.h"

#define KEY_BYTES 48 /* 64 characters of base64url */

/* How openssl(1) makes a key for an algorithm, RFC 7518 sections 3.3, 3.4. */
static const char *openssl_options(enum algorithm algorithm)
{
	switch (algorithm) {
	case ES256:
		return "EC -pkeyopt ec_paramgen_curve:P-256";
	case ES384:
		return "EC -pkeyopt ec_paramgen_curve:P-384";
	case ES512:
		return "EC -pkeyopt ec_paramgen_curve:P-521";
	default:
		return "RSA -pkeyopt rsa_keygen_bits:3072";
	}
}

static void explain_openssl(const struct config *config, const char *file)
{
	const char *public = config->verifying_key[0] != '\0'
	    ? config->verifying_key
	    : "PUBLIC_FILE";

	terminal_problem(
	    "keys for %s are made by openssl:\n"
	    "  (umask 077; openssl genpkey -algorithm %s -out %s)\n"
	    "  openssl pkey -in %s -pubout -out %s\n"
	    "Name the second file in the setting verifying_key.",
	    config_algorithm(config->algorithm),
	    openssl_options(config->algorithm), file, file, public);
}

static bool find_group(const char *name, gid_t *group)
{
	const struct group *found = NULL;

	*group = (gid_t)-1;
	if (name == NULL)
		return true;
	found = getgrnam(name);
	if (found == NULL) {
		terminal_problem("there is no group \"%s\"", name);
		return false;
	}
	*group = found->gr_gid;
	return true;
}

static bool write_all(int file, const char *text, size_t size)
{
	while (size > 0) {
		ssize_t written = write(file, text, size);

		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0) {
			text += written;
			size -= (size_t)written;
		}
	}
	return true;
}

/* Returns false with errno; then no file is left behind. */
static bool write_key(const char *path, gid_t group, const char *line)
{
	mode_t mode = group == (gid_t)-1 ? 0600 : 0640;
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool is_written = false;
	int problem = 0;

	if (file < 0)
		return false;
	is_written =
	    (group == (gid_t)-1 || fchown(file, (uid_t)-1, group) == 0) &&
	    fchmod(file, mode) == 0 && write_all(file, line, strlen(line)) &&
	    fsync(file) == 0;
	problem = errno;
	close(file);
	if (!is_written)
		unlink(path);
	errno = problem;
	return is_written;
}

static int key_new(struct context *context, int argc, char **argv)
{
	static const struct option options[] = {
		{ "group", required_argument, NULL, 0 },
		{ 0 },
	};
	const char *values[1] = { NULL };
	const char *path = context->config->signing_key;
	struct reply *answer = answer_open(context);
	unsigned char bytes[KEY_BYTES];
	gid_t group = (gid_t)-1;

	if (!options_read(
		argc, argv, options, values, (struct operands){ 0, 1 }))
		return WRONG_USAGE;
	if (optind < argc)
		path = argv[optind];
	if (path[0] == '\0') {
		terminal_problem("name a file, or set signing_key");
		return WRONG_USAGE;
	}
	if (context->config->algorithm > HS512) {
		explain_openssl(context->config, path);
		return WRONG_USAGE;
	}
	if (!find_group(values[0], &group))
		return NOT_DONE;
	secret_random(bytes, sizeof bytes);
	if (!write_key(path, group,
		arena_printf(context->arena, "%s\n",
		    secret_base64url(context->arena, bytes, sizeof bytes)))) {
		terminal_problem("%s: no key is made: %s", path,
		    errno == EEXIST ? "the file exists, and a key is never "
				      "overwritten"
				    : strerror(errno));
		secret_wipe(bytes, sizeof bytes);
		return NOT_DONE;
	}
	secret_wipe(bytes, sizeof bytes);
	reply_string(answer, "file", path);
	answer_print(
	    context, answer, arena_printf(context->arena, "made %s", path));
	return DONE;
}

const struct command key_commands[] = {
	{ "key new", "[FILE] [--group NAME]",
	    "Makes a random key to sign with, readable by its owner (and group).",
	    key_new },
	{ 0 },
};
