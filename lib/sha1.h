/*
 * sha1.h - the digest by which lists of breached passwords go. Wraps libcrypto.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#define SHA1_SIZE 20 /* bytes */

/*
 * The SHA-1 of the bytes (FIPS 180-4), for what is public already: nothing may
 * be built upon it.
 * Returns false when libcrypto was told to have none.
 */
bool sha1_digest(
    const void *bytes, size_t size, unsigned char digest[SHA1_SIZE]);
