/*
 * hook_key.h - the key that signs what is told, and its signatures: Standard
 * Webhooks 1.0.0, symmetric (https://www.standardwebhooks.com).
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arena.h"

#define HOOK_KEY_LEAST 24 /* bytes */
#define HOOK_KEY_MOST 64

/* To be wiped by who has it. */
struct hook_key {
	unsigned char bytes[HOOK_KEY_MOST];
	size_t size;
};

/* Returns the text of a new key of 32 random bytes: "whsec_" and base64. */
const char *hook_key_text(struct arena *arena);

/*
 * Reads the file of a key: "whsec_" and the base64 of HOOK_KEY_LEAST to
 * HOOK_KEY_MOST bytes, readable by its owner and group alone.
 * Returns false and sets *problem (in the arena, without the key).
 */
bool hook_key_read(struct arena *arena, const char *path, struct hook_key *key,
    const char **problem);

/*
 * Returns the signature of a message as it stands in the header: "v1," and the
 * base64 of the HMAC-SHA256 over ID.SECONDS.BODY. There must be no dot in the
 * id.
 */
const char *hook_key_sign(struct arena *arena, const struct hook_key *key,
    const char *id, int64_t seconds, const char *body);
