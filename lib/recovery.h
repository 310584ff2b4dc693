/* recovery.h - the codes that stand in for a lost authenticator, each once. */
#pragma once
#include "arena.h"

#define RECOVERY_CODES 10       /* that an account is given */
#define RECOVERY_CODE_LENGTH 16 /* without its hyphens: 80 bits of base32 */

/* Returns a new random code as people are shown it: XXXX-XXXX-XXXX-XXXX. */
char *recovery_make(struct arena *arena);

/*
 * Returns what is stored of a code of the account with this internal id: a
 * bytea for PostgreSQL. The code may have hyphens or none.
 */
char *recovery_hash(struct arena *arena, const char *owner, const char *code);
