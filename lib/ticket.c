/* ticket.c - how tickets are named and found. */
#include "ticket.h"

#include <string.h>

#include "secret.h"

#define UID_MAX 64

bool ticket_is_uid(const char *uid)
{
	size_t length = strlen(uid);

	return length > 0 && length <= UID_MAX &&
	    strspn(uid,
		"abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789._@+-") == length;
}

const char *ticket_hash(struct arena *arena, const char *token)
{
	size_t size = 0;
	const unsigned char *bytes =
	    secret_from_base64url(arena, token, strlen(token), &size);

	if (bytes == NULL || size != SECRET_TICKET_SIZE)
		return secret_digest(arena, token, strlen(token));
	return secret_digest(arena, bytes, size);
}
