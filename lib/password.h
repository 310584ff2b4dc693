/*
 * password.h - hash and verify passwords, and the rules that a new one must
 * meet. Wraps libsodium together with secret.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "arena.h"
#include "config.h"

#define PASSWORD_SIZE_MAX 1024 /* bytes; a longer one is never hashed */
#define PASSWORD_NONE "!"      /* stored for an account without a password */

/*
 * Hashes with Argon2id (RFC 9106) at the configured cost.
 * Returns a PHC string, or NULL when there is not enough memory or the
 * password is longer than PASSWORD_SIZE_MAX.
 */
const char *password_hash(
    struct arena *arena, const struct config *config, const char *password);

/*
 * Compares a password with a stored hash: ours, or one that an imported account
 * has brought along (password_foreign.h lists them). Stored parameters beyond
 * bounds are refused: a crafted row cannot stop the machine. So is a password
 * longer than PASSWORD_SIZE_MAX, here and below, at no cost.
 * Where the hash is not our Argon2id, the password without white space around
 * it is tried too: systems that people come from cut that off.
 */
bool password_verify(const char *stored, const char *password);

/*
 * Returns what is wrong with a stored hash, in words, or NULL when
 * password_verify can work with it. Computes nothing.
 */
const char *password_stored_fault(const char *stored);

/* Costs what verifying a wrong password costs, and always fails. */
bool password_verify_nobody(const struct config *config, const char *password);

/*
 * Returns true when the stored hash is not Argon2id of one lane or is weaker
 * than the configuration asks, in memory or in passes.
 */
bool password_needs_rehash(const struct config *config, const char *stored);

/* Whom a new password must not resemble; NULL or "" where there is nothing. */
struct person {
	const char *username, *first_name, *last_name, *email;
};

#define PASSWORD_FAULTS_MAX 4

/*
 * Checks a new password: similarity to the person, length, the list of common
 * passwords, only digits, in this order; the sentences are Django's.
 * Returns the number of sentences set in `faults` (static or in the arena).
 */
size_t password_faults(struct arena *arena, const struct config *config,
    const char *password, const struct person *person,
    const char *faults[PASSWORD_FAULTS_MAX]);
