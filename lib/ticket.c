/* ticket.c - under which hash a ticket is found. */
#include "ticket.h"

#include <string.h>

#include "secret.h"

const char *ticket_hash(struct arena *arena, const char *token)
{
	size_t size = 0;
	const unsigned char *bytes =
	    secret_from_base64url(arena, token, strlen(token), &size);

	if (bytes == NULL || size != SECRET_TICKET_SIZE)
		return secret_digest(arena, token, strlen(token));
	return secret_digest(arena, bytes, size);
}
