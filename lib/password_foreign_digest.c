/*
 * password_foreign_digest.c - what other systems' hashes are made of. Wraps
 * libcrypto.
 */
#include "password_foreign_digest.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "secret.h"

#define SHA384_SIZE 48

static const EVP_MD *method_of(enum digest digest)
{
	if (digest == DIGEST_MD5)
		return EVP_md5();
	return digest == DIGEST_SHA1 ? EVP_sha1() : EVP_sha256();
}

/* The digest of two texts; a method of NULL is the one of last time. */
static bool hash_two(EVP_MD_CTX *context, const EVP_MD *method,
    struct piece one, struct piece other, unsigned char *hash)
{
	return EVP_DigestInit_ex(context, method, NULL) == 1 &&
	    EVP_DigestUpdate(context, one.start, one.size) == 1 &&
	    EVP_DigestUpdate(context, other.start, other.size) == 1 &&
	    EVP_DigestFinal_ex(context, hash, NULL) == 1;
}

bool digest_salted(enum digest digest, struct piece salt, const char *password,
    unsigned char *hash)
{
	const struct piece typed = { password, strlen(password) };
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool done = context != NULL &&
	    hash_two(context, method_of(digest), salt, typed, hash);

	EVP_MD_CTX_free(context);
	return done;
}

bool digest_md5_rounds(struct piece salt, const char *password, int64_t rounds,
    unsigned char hash[DIGEST_MD5_SIZE])
{
	const struct piece typed = { password, strlen(password) };
	const struct piece last = { (const char *)hash, DIGEST_MD5_SIZE };
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool done =
	    context != NULL && hash_two(context, EVP_md5(), salt, typed, hash);

	for (; done && rounds > 0; rounds--)
		done = hash_two(context, NULL, last, typed, hash);
	EVP_MD_CTX_free(context);
	return done;
}

bool digest_pbkdf2(enum digest digest, struct piece salt, int64_t iterations,
    const char *password, unsigned char *hash)
{
	const EVP_MD *method = method_of(digest);

	return PKCS5_PBKDF2_HMAC(password, (int)strlen(password),
		   (const unsigned char *)salt.start, (int)salt.size,
		   (int)iterations, method, EVP_MD_size(method), hash) == 1;
}

bool digest_scrypt(struct piece salt, const int64_t parameters[3],
    size_t memory, const char *password, unsigned char hash[DIGEST_SCRYPT_SIZE])
{
	return EVP_PBE_scrypt(password, strlen(password),
		   (const unsigned char *)salt.start, salt.size,
		   (uint64_t)parameters[0], (uint64_t)parameters[1],
		   (uint64_t)parameters[2], memory, hash,
		   DIGEST_SCRYPT_SIZE) == 1;
}

bool digest_hmac_sha384_base64(
    const char *key, const char *password, char text[DIGEST_TEXT_SIZE])
{
	unsigned char hash[SHA384_SIZE];

	if (HMAC(EVP_sha384(), key, (int)strlen(key),
		(const unsigned char *)password, strlen(password), hash,
		NULL) == NULL)
		return false;
	digest_base64(hash, sizeof hash, text);
	secret_wipe(hash, sizeof hash);
	return true;
}

void digest_base64(
    const unsigned char *hash, size_t size, char text[DIGEST_TEXT_SIZE])
{
	EVP_EncodeBlock((unsigned char *)text, hash, (int)size);
}

void digest_hex(
    const unsigned char *hash, size_t size, char text[DIGEST_TEXT_SIZE])
{
	for (size_t i = 0; i < size; i++)
		snprintf(text + 2 * i, 3, "%02x", hash[i]);
}
