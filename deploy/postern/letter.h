/*
 * letter.h - from a purpose and an account to the text of a letter (RFC 5322,
 * MIME). Wraps GMime.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arena.h"
#include "config.h"

/* What a letter says, and to whom. NULL where there is nothing. */
struct letter {
	const char *template; /* of letter_kinds */
	const char *to;       /* an address */
	const char *username;
	const char *uid;    /* the account's public id */
	const char *link;   /* with {uid} or {email}, and {token} */
	const char *ticket; /* as it stands in the link */
	int64_t lifetime;   /* of the ticket, seconds */
	struct {
		const char *time, *address, *agent;
	} login;        /* of which it tells */
	const char *id; /* of the message, before the @ */
	int64_t now;    /* seconds since 1970 */
};

/* A letter that can be sent. All is in the arena. */
struct written {
	const char *text; /* lines end with LF; 7 bit */
	size_t size;
	const char *from; /* the sender's address alone */
};

/*
 * Returns true for text that can stand as an address in a header and in an
 * envelope: ASCII, one local part and one domain, no blanks, control characters,
 * quotes, brackets or commas, no "-" in front, at most 254 bytes.
 */
bool letter_is_address(const char *text);

/*
 * Writes the letter from the two templates: plain text and HTML.
 * Returns false and sets *problem (in the arena; without secrets) when a
 * template or a setting is wrong.
 */
bool letter_write(struct arena *arena, const struct config *config,
    const struct letter *letter, struct written *written, const char **problem);
