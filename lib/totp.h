/*
 * totp.h - one-time codes by time (RFC 6238): SHA-1, 6 digits, steps of 30 s,
 * as every authenticator has them. Wraps liboath.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arena.h"

#define TOTP_SECRET_SIZE 20 /* bytes, RFC 4226 section 4, R6 */
#define TOTP_DIGITS 6
#define TOTP_STEP 30  /* seconds */
#define TOTP_WINDOW 1 /* steps before and after, RFC 6238 section 5.2 */

/*
 * Returns true when the code is that of a step within the window around `now`
 * (seconds), and sets *step to it; of two the later one. All of them are
 * compared, in a time that does not depend on the code.
 */
bool totp_matches(const unsigned char *secret, size_t size, const char *code,
    int64_t now, int64_t *step);

/* Returns the bytes as base32 without padding (RFC 4648 section 6). */
char *totp_base32(struct arena *arena, const void *bytes, size_t size);

/*
 * Returns what a QR code tells an authenticator (Key URI Format): whose secret
 * this is. `secret` is base32; an issuer of "" is left out.
 */
char *totp_uri(struct arena *arena, const char *issuer, const char *username,
    const char *secret);
