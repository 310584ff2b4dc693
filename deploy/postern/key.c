/* key.c - the table of the key ring's commands, and what they share. */
#include "key_commands.h"

#include <string.h>

#include "answer.h"
#include "terminal.h"

bool key_algorithm(
    const struct context *context, const char *value, enum algorithm *algorithm)
{
	int number = value != NULL ? config_algorithm_named(value)
				   : (int)context->config->algorithm;

	if (number < 0)
		terminal_problem("--algorithm: \"%s\" is unknown; allowed: "
				 "HS256, HS384, HS512, RS256, RS384, RS512, "
				 "ES256, ES384, ES512",
		    value);
	else
		*algorithm = (enum algorithm)number;
	return number >= 0;
}

int key_say_added(
    struct ring *ring, const struct key *key, bool signs, const char *verb)
{
	struct context *context = ring->context;
	const struct key_entry entry = { key->id, key->algorithm, 0 };
	const char *file =
	    key_entry_path(context->arena, &ring->folder, &entry, KEY_FILE_KEY);
	struct reply *answer = answer_open(context);

	reply_string(answer, "kid", key->id);
	reply_string(answer, "algorithm", config_algorithm(key->algorithm));
	reply_string(answer, "file", file);
	reply_boolean(answer, "signs", signs);
	answer_print(context, answer,
	    arena_printf(context->arena, "%s %s: %s; it %s", verb, key->id,
		file,
		signs ? "signs"
		      : "verifies only, until it signs by postern key use"));
	return ring_is_own(ring) ? key_publish_change(context) : DONE;
}

const struct command key_commands[] = {
	{ "key new", "[FILE] [--algorithm ALG] [--group NAME]",
	    "Makes a random key, readable by its owner (and group).", key_new },
	{ "key add", "FILE [--algorithm ALG] [--group NAME]",
	    "Takes a key that there is into the key ring.", key_add },
	{ "key list", "", "Lists the keys, and which of them signs.",
	    key_list },
	{ "key use", "KID", "Makes a key of the ring the one that signs.",
	    key_use },
	{ "key retire", "KID [--force]",
	    "Lets a key verify nothing any more, when no token needs it.",
	    key_retire },
	{ "key publish", "[FILE]",
	    "Writes the public keys as a JWK set, into jwks_file or FILE.",
	    key_publish },
	{ "key import", "[URL|FILE] [--group NAME]",
	    "Takes the keys of another issuer from its JWK set, or jwk_url.",
	    key_import },
	{ 0 },
};
