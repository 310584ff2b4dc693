/*
 * password_foreign_digest.h - the functions of libcrypto that other systems'
 * hashes are made of.
 *
 * Each returns false when libcrypto does not do it: no memory, or an algorithm
 * that the machine's policy has switched off.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "password_foreign.h"

#define DIGEST_MD5_SIZE 16
#define DIGEST_SHA1_SIZE 20
#define DIGEST_SHA256_SIZE 32
#define DIGEST_SCRYPT_SIZE 64
#define DIGEST_SIZE_MAX 64

/* Room for any digest as Base64 or hex and a NUL. */
#define DIGEST_TEXT_SIZE (2 * DIGEST_SIZE_MAX + 1)

enum digest { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA256 };

/* The digest of salt and password. */
bool digest_salted(enum digest digest, struct piece salt, const char *password,
    unsigned char *hash);

/* MD5 of salt and password, then `rounds` times of hash and password. */
bool digest_md5_rounds(struct piece salt, const char *password, int64_t rounds,
    unsigned char hash[DIGEST_MD5_SIZE]);

/* PBKDF2 with HMAC (RFC 8018 section 5.2), as long as the digest is. */
bool digest_pbkdf2(enum digest digest, struct piece salt, int64_t iterations,
    const char *password, unsigned char *hash);

/* scrypt (RFC 7914 section 6) within `memory` bytes. */
bool digest_scrypt(struct piece salt, const int64_t parameters[3],
    size_t memory, const char *password,
    unsigned char hash[DIGEST_SCRYPT_SIZE]);

/* HMAC-SHA-384 of the password as Base64. */
bool digest_hmac_sha384_base64(
    const char *key, const char *password, char text[DIGEST_TEXT_SIZE]);

/* Bytes as Base64 (RFC 4648 section 4), and as hex in lower case. */
void digest_base64(
    const unsigned char *hash, size_t size, char text[DIGEST_TEXT_SIZE]);
void digest_hex(
    const unsigned char *hash, size_t size, char text[DIGEST_TEXT_SIZE]);
