/* key_new.c - makes a key. */
#include "key_commands.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "crypto.h"
#include "options.h"
#include "secret.h"
#include "secret_file.h"
#include "terminal.h"

#define KEY_BYTES 48 /* 64 characters of base64url */

static bool make_secret(struct arena *arena, struct key *key)
{
	unsigned char bytes[KEY_BYTES];
	const char *text = NULL;

	secret_random(bytes, sizeof bytes);
	text = secret_base64url(arena, bytes, sizeof bytes);
	secret_wipe(bytes, sizeof bytes);
	key->signing_size = strlen(text);
	key->signing = secret_alloc(key->signing_size + 1);
	if (key->signing == NULL)
		return false;
	memcpy(key->signing, text, key->signing_size + 1);
	key->verifying = key->signing;
	key->verifying_size = key->signing_size;
	return true;
}

/* Returns false after saying why. */
static bool make(struct context *context, struct key *key)
{
	bool is_made =
	    (key_is_hmac(key->algorithm) ? make_secret(context->arena, key)
					 : crypto_make(key)) &&
	    key_identify(context->arena, key);

	if (!is_made)
		terminal_problem("no key is made: OpenSSL or memory fails");
	return is_made;
}

/* Both halves, or none. */
static bool write_pair(struct context *context, const struct key *key,
    const char *path, const char *group)
{
	const struct writing everybody = { 0644, (uid_t)-1, (gid_t)-1 };
	const char *public = context->config->verifying_key;

	if (!secret_file_new(path, group,
		arena_printf(context->arena, "%s\n", key->signing)))
		return false;
	if (key_is_hmac(key->algorithm) ||
	    writing_new(
		public, &everybody, key->verifying, key->verifying_size))
		return true;
	terminal_problem("%s: no key is made: %s", public, strerror(errno));
	unlink(path);
	return false;
}

static int make_files(struct context *context, enum algorithm algorithm,
    const char *path, const char *group)
{
	const char *public = context->config->verifying_key;
	struct key key = { .algorithm = algorithm };
	struct reply *answer = answer_open(context);
	bool is_made = false;

	if (!key_is_hmac(algorithm) && public[0] == '\0') {
		terminal_problem("a key of %s has a public half; name a file "
				 "for it in verifying_key, or a folder for all "
				 "keys in signing_key",
		    config_algorithm(algorithm));
		return WRONG_USAGE;
	}
	is_made = make(context, &key) && write_pair(context, &key, path, group);
	key_close(&key);
	if (!is_made)
		return NOT_DONE;
	reply_string(answer, "file", path);
	if (!key_is_hmac(algorithm))
		reply_string(answer, "public", public);
	answer_print(context, answer,
	    key_is_hmac(algorithm)
		? arena_printf(context->arena, "made %s", path)
		: arena_printf(context->arena, "made %s and %s", path, public));
	/* FILE may be a key that no setting names yet. */
	return strcmp(path, context->config->signing_key) == 0
	    ? key_publish_change(context)
	    : DONE;
}

/* The key is made before others have to wait. */
static int make_in_ring(struct context *context, enum algorithm algorithm,
    const char *path, const char *group)
{
	struct key key = { .algorithm = algorithm };
	struct ring ring = { 0 };
	bool signs = false;
	int result = NOT_DONE;

	if (make(context, &key) &&
	    ring_open(context, path, group, true, &ring)) {
		if (ring_add(&ring, &key, &signs))
			result = key_say_added(&ring, &key, signs, "made");
		ring_close(&ring);
	}
	key_close(&key);
	return result;
}

int key_new(struct context *context, int argc, char **argv)
{
	enum { ALGORITHM, GROUP, VALUES };
	static const struct option options[] = {
		{ "algorithm", required_argument, NULL, ALGORITHM },
		{ "group", required_argument, NULL, GROUP },
		{ 0 },
	};
	const char *values[VALUES] = { NULL };
	const char *path = context->config->signing_key;
	enum algorithm algorithm = HS256;

	if (!options_read(
		argc, argv, options, values, (struct operands){ 0, 1 }) ||
	    !key_algorithm(context, values[ALGORITHM], &algorithm))
		return WRONG_USAGE;
	if (optind < argc)
		path = argv[optind];
	if (path[0] == '\0') {
		terminal_problem("name a file, or set signing_key");
		return WRONG_USAGE;
	}
	return key_folder_is_meant(path)
	    ? make_in_ring(context, algorithm, path, values[GROUP])
	    : make_files(context, algorithm, path, values[GROUP]);
}
