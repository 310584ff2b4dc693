/* recovery.c - the codes that stand in for a lost authenticator. */
#include "recovery.h"

#include <string.h>

#include "secret.h"
#include "totp.h"

#define RANDOM_SIZE 10 /* bytes: 80 bits */

char *recovery_make(struct arena *arena)
{
	unsigned char bytes[RANDOM_SIZE];
	const char *text = NULL;

	secret_random(bytes, sizeof bytes);
	text = totp_base32(arena, bytes, sizeof bytes);
	secret_wipe(bytes, sizeof bytes);
	return arena_printf(
	    arena, "%.4s-%.4s-%.4s-%.4s", text, text + 4, text + 8, text + 12);
}

char *recovery_hash(struct arena *arena, const char *owner, const char *code)
{
	char *text = arena_printf(arena, "%s:", owner);
	char *to = NULL;

	text = arena_printf(arena, "%s%s", text, code);
	to = text + strlen(owner) + 1;
	for (const char *from = to; *from != '\0'; from++)
		if (*from != '-')
			*to++ = *from;
	*to = '\0';
	return secret_digest(arena, text, strlen(text));
}
