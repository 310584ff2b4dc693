/* key_add.c - takes a key that there is into the ring. */
#include "key_commands.h"

#include <string.h>

#include "answer.h"
#include "crypto.h"
#include "options.h"
#include "secret.h"
#include "terminal.h"

/* Looks at the bytes as the programs do, and names the key. */
static const char *complete(struct context *context, struct key *key)
{
	const char *fault = NULL;

	if (key_is_hmac(key->algorithm)) {
		key->verifying = key->signing;
		key->verifying_size = key->signing_size;
		fault = key_secret_fault(key);
	} else if (!crypto_complete(key)) {
		fault = "it is no private key in PEM, or has a passphrase; "
			"remove that with: openssl pkey";
	} else {
		fault = key_public_fault(context->arena, key);
		if (fault == NULL)
			fault = key_private_fault(key);
	}
	if (fault == NULL && !key_identify(context->arena, key))
		fault = "there is no memory";
	return fault;
}

/* Returns false after saying why. */
static bool read_key(struct context *context, const char *path, struct key *key)
{
	const char *problem = NULL, *fault = NULL;

	key->signing = config_read_secret(
	    context->arena, path, KEY_SIZE_MAX, &key->signing_size, &problem);
	if (key->signing == NULL) {
		terminal_problem("%s", problem);
		return false;
	}
	fault = complete(context, key);
	if (fault != NULL)
		terminal_problem("%s: as a key of %s %s", path,
		    config_algorithm(key->algorithm), fault);
	return fault == NULL;
}

/* The kid tells what a key is, so the same kid is the same key. */
static int add(struct ring *ring, const struct key *key)
{
	struct context *context = ring->context;
	const struct key_entry *there = key_folder_find(&ring->folder, key->id);
	struct reply *answer = NULL;
	bool signs = false;

	if (there == NULL || !key_entry_can_sign(there))
		return ring_add(ring, key, &signs)
		    ? key_say_added(ring, key, signs, "added")
		    : NOT_DONE;
	answer = answer_open(context);
	reply_string(answer, "kid", key->id);
	reply_boolean(answer, "changed", false);
	answer_print(context, answer,
	    arena_printf(
		context->arena, "%s is in the key ring already", key->id));
	return key_publish_change(context);
}

int key_add(struct context *context, int argc, char **argv)
{
	enum { ALGORITHM, GROUP, VALUES };
	static const struct option options[] = {
		{ "algorithm", required_argument, NULL, ALGORITHM },
		{ "group", required_argument, NULL, GROUP },
		{ 0 },
	};
	const char *values[VALUES] = { NULL };
	struct key key = { 0 };
	struct ring ring = { 0 };
	int result = NOT_DONE;

	if (!options_read(
		argc, argv, options, values, (struct operands){ 1, 1 }) ||
	    !key_algorithm(context, values[ALGORITHM], &key.algorithm))
		return WRONG_USAGE;
	if (read_key(context, argv[optind], &key) &&
	    ring_open_own(context, values[GROUP], true, &ring)) {
		result = add(&ring, &key);
		ring_close(&ring);
	}
	key_close(&key);
	return result;
}
