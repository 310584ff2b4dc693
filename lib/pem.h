/*
 * pem.h - public keys in PEM (RFC 7468 section 13) and whether they fit an
 * algorithm, as the head of their DER tells (RFC 5480, RFC 3279).
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "arena.h"
#include "config.h"

/*
 * Returns the DER of a text that is one PUBLIC KEY block and nothing more, and
 * sets *size; NULL when it is not.
 */
const unsigned char *pem_public_key(
    struct arena *arena, const char *text, size_t length, size_t *size);

/*
 * Returns true when the key is of the kind that the algorithm asks for: RSA of
 * at least 2048 bits (RFC 7518 section 3.3), or a point of the algorithm's
 * named curve (section 3.4).
 */
bool pem_fits(enum algorithm algorithm, const unsigned char *der, size_t size);
