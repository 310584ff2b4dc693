/* crypto.c - pairs of keys: made, completed, taken apart and put together. */
#include "crypto.h"

#include <limits.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include "secret.h"

#define RSA_BITS 3072
#define NUMBER_MAX 1024 /* bytes: to look at longer ones takes too long */
#define POINT_MAX (2 * 66 + 1)

static const struct curve {
	const char *name, *group; /* in a JWK; in OpenSSL */
	enum algorithm algorithm;
	size_t size; /* bytes of a coordinate */
} curves[] = {
	{ "P-256", "prime256v1", ES256, 32 },
	{ "P-384", "secp384r1", ES384, 48 },
	{ "P-521", "secp521r1", ES512, 66 },
};

#define CURVES (sizeof curves / sizeof *curves)

/* What was written, in guarded memory with a NUL behind it. */
static bool keep(BIO *text, char **copy, size_t *size)
{
	char *bytes = NULL;
	long length = BIO_get_mem_data(text, &bytes);

	if (length <= 0 || length > KEY_SIZE_MAX)
		return false;
	*copy = secret_alloc((size_t)length + 1);
	if (*copy == NULL)
		return false;
	memcpy(*copy, bytes, (size_t)length);
	(*copy)[length] = '\0';
	*size = (size_t)length;
	return true;
}

static bool keep_public(EVP_PKEY *pair, struct key *key)
{
	BIO *text = BIO_new(BIO_s_mem());
	bool is_kept = text != NULL && PEM_write_bio_PUBKEY(text, pair) == 1 &&
	    keep(text, &key->verifying, &key->verifying_size);

	BIO_free(text);
	return is_kept;
}

/* PKCS#8; the newline at the end is not part of what signs. */
static bool keep_private(EVP_PKEY *pair, struct key *key)
{
	BIO *text = BIO_new(BIO_s_secmem());
	bool is_kept = text != NULL &&
	    PEM_write_bio_PrivateKey(text, pair, NULL, NULL, 0, NULL, NULL) ==
		1 &&
	    keep(text, &key->signing, &key->signing_size);

	BIO_free(text);
	if (is_kept && key->signing[key->signing_size - 1] == '\n')
		key->signing[--key->signing_size] = '\0';
	return is_kept;
}

bool crypto_make(struct key *key)
{
	EVP_PKEY *pair = NULL;
	bool is_made = false;

	if (key->algorithm >= RS256 && key->algorithm <= RS512)
		pair = EVP_RSA_gen(RSA_BITS);
	for (size_t i = 0; i < CURVES; i++)
		if (curves[i].algorithm == key->algorithm)
			pair = EVP_EC_gen(curves[i].group);
	is_made =
	    pair != NULL && keep_private(pair, key) && keep_public(pair, key);
	EVP_PKEY_free(pair);
	return is_made;
}

/* There is no passphrase; OpenSSL would ask the terminal for one. */
static int no_passphrase(char *buffer, int size, int writes, void *context)
{
	(void)buffer;
	(void)size;
	(void)writes;
	(void)context;
	return -1;
}

bool crypto_complete(struct key *key)
{
	BIO *text = NULL;
	EVP_PKEY *pair = NULL;
	bool is_complete = false;

	if (key->signing_size > KEY_SIZE_MAX)
		return false;
	text = BIO_new_mem_buf(key->signing, (int)key->signing_size);
	if (text != NULL)
		pair = PEM_read_bio_PrivateKey(text, NULL, no_passphrase, NULL);
	is_complete = pair != NULL && keep_public(pair, key);
	EVP_PKEY_free(pair);
	BIO_free(text);
	return is_complete;
}

/* A number of the key, in `size` bytes; 0: in as many as it needs. */
static bool take_number(struct arena *arena, const EVP_PKEY *pair,
    const char *name, size_t size, struct crypto_number *number)
{
	BIGNUM *value = NULL;
	unsigned char *bytes = NULL;
	bool is_taken = false;

	if (EVP_PKEY_get_bn_param(pair, name, &value) != 1)
		return false;
	if (size == 0)
		size = (size_t)BN_num_bytes(value);
	bytes = arena_alloc(arena, size + 1);
	is_taken = BN_bn2binpad(value, bytes, (int)size) == (int)size;
	*number = (struct crypto_number){ bytes, size };
	BN_free(value);
	return is_taken;
}

static bool take_numbers(
    struct arena *arena, const EVP_PKEY *pair, struct crypto_public *public)
{
	char group[32] = "";

	*public = (struct crypto_public){ 0 };
	if (EVP_PKEY_is_a(pair, "RSA"))
		return take_number(arena, pair, OSSL_PKEY_PARAM_RSA_N, 0,
			   &public->first) &&
		    take_number(
			arena, pair, OSSL_PKEY_PARAM_RSA_E, 0, &public->second);
	if (EVP_PKEY_get_group_name(pair, group, sizeof group, NULL) != 1)
		return false;
	for (size_t i = 0; i < CURVES; i++) {
		if (strcmp(group, curves[i].group) != 0)
			continue;
		public->curve = curves[i].name;
		return take_number(arena, pair, OSSL_PKEY_PARAM_EC_PUB_X,
			   curves[i].size, &public->first) &&
		    take_number(arena, pair, OSSL_PKEY_PARAM_EC_PUB_Y,
			curves[i].size, &public->second);
	}
	return false;
}

bool crypto_take_apart(
    struct arena *arena, const struct key *key, struct crypto_public *public)
{
	BIO *text = NULL;
	EVP_PKEY *pair = NULL;
	bool is_taken = false;

	if (key->verifying_size > KEY_SIZE_MAX)
		return false;
	text = BIO_new_mem_buf(key->verifying, (int)key->verifying_size);
	if (text != NULL)
		pair = PEM_read_bio_PUBKEY(text, NULL, no_passphrase, NULL);
	is_taken = pair != NULL && take_numbers(arena, pair, public);
	EVP_PKEY_free(pair);
	BIO_free(text);
	return is_taken;
}

/* Makes a key of the kind "RSA" or "EC" and looks whether it is one. */
static EVP_PKEY *build(const char *kind, OSSL_PARAM_BLD *builder)
{
	OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
	EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
	EVP_PKEY_CTX *checker = NULL;
	EVP_PKEY *pair = NULL;

	if (parameters != NULL && maker != NULL &&
	    EVP_PKEY_fromdata_init(maker) == 1 &&
	    EVP_PKEY_fromdata(maker, &pair, EVP_PKEY_PUBLIC_KEY, parameters) ==
		1)
		checker = EVP_PKEY_CTX_new(pair, NULL);
	if (checker == NULL || EVP_PKEY_public_check_quick(checker) != 1) {
		EVP_PKEY_free(pair);
		pair = NULL;
	}
	EVP_PKEY_CTX_free(checker);
	EVP_PKEY_CTX_free(maker);
	OSSL_PARAM_free(parameters);
	return pair;
}

static EVP_PKEY *build_rsa(
    OSSL_PARAM_BLD *builder, const struct crypto_public *public)
{
	BIGNUM *n =
	    BN_bin2bn(public->first.bytes, (int)public->first.size, NULL);
	BIGNUM *e =
	    BN_bin2bn(public->second.bytes, (int)public->second.size, NULL);
	EVP_PKEY *pair = NULL;

	/* With an exponent of 1 everything is a signature of itself. */
	if (n != NULL && e != NULL && BN_is_odd(n) && BN_is_odd(e) &&
	    !BN_is_one(e) &&
	    OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1)
		pair = build("RSA", builder);
	BN_free(e);
	BN_free(n);
	return pair;
}

static EVP_PKEY *build_point(
    OSSL_PARAM_BLD *builder, const struct crypto_public *public)
{
	unsigned char point[POINT_MAX] = { 4 }; /* not compressed */

	for (size_t i = 0; i < CURVES; i++) {
		size_t size = curves[i].size;

		if (strcmp(public->curve, curves[i].name) != 0)
			continue;
		if (public->first.size != size || public->second.size != size)
			return NULL;
		memcpy(point + 1, public->first.bytes, size);
		memcpy(point + 1 + size, public->second.bytes, size);
		if (OSSL_PARAM_BLD_push_utf8_string(builder,
			OSSL_PKEY_PARAM_GROUP_NAME, curves[i].group, 0) == 1 &&
		    OSSL_PARAM_BLD_push_octet_string(builder,
			OSSL_PKEY_PARAM_PUB_KEY, point, 2 * size + 1) == 1)
			return build("EC", builder);
	}
	return NULL;
}

bool crypto_put_together(struct key *key, const struct crypto_public *public)
{
	OSSL_PARAM_BLD *builder = NULL;
	EVP_PKEY *pair = NULL;
	bool is_made = false;

	if (public->first.size > NUMBER_MAX || public->second.size > NUMBER_MAX)
		return false;
	builder = OSSL_PARAM_BLD_new();
	if (builder != NULL)
		pair = public->curve == NULL ? build_rsa(builder, public)
					     : build_point(builder, public);
	is_made = pair != NULL && keep_public(pair, key);
	EVP_PKEY_free(pair);
	OSSL_PARAM_BLD_free(builder);
	return is_made;
}
