/* jwk.c - keys as JSON. */
#include "jwk.h"

#include <string.h>

#include "crypto.h"
#include "key_folder.h"
#include "reply.h"
#include "secret.h"

static const struct {
	const char *curve;
	enum algorithm algorithm;
} curves[] = { { "P-256", ES256 }, { "P-384", ES384 }, { "P-521", ES512 } };

static void add_number(struct arena *arena, struct reply *jwk, const char *name,
    const struct crypto_number *number)
{
	reply_string(
	    jwk, name, secret_base64url(arena, number->bytes, number->size));
}

const char *jwk_set(
    struct arena *arena, const struct keyring *keyring, size_t *count)
{
	struct reply *set = reply_open(arena);
	const struct key *key = NULL;

	*count = 0;
	reply_list(set, "keys");
	while (keyring != NULL && (key = keyring_next(keyring, key)) != NULL) {
		struct crypto_public public = { 0 };
		struct reply *jwk = NULL;

		if (key->is_imported || key_is_hmac(key->algorithm))
			continue;
		if (!crypto_take_apart(arena, key, &public))
			return NULL;
		jwk = reply_append_object(set, "keys");
		reply_string(jwk, "kty", public.curve != NULL ? "EC" : "RSA");
		reply_string(jwk, "use", "sig");
		reply_string(jwk, "alg", config_algorithm(key->algorithm));
		reply_string(jwk, "kid", key->id);
		if (public.curve != NULL)
			reply_string(jwk, "crv", public.curve);
		add_number(arena, jwk, public.curve != NULL ? "x" : "n",
		    &public.first);
		add_number(arena, jwk, public.curve != NULL ? "y" : "e",
		    &public.second);
		++*count;
	}
	return arena_printf(arena, "%s\n", reply_text(set));
}

static bool read_number(struct arena *arena, const struct segment *jwk,
    const char *name, struct crypto_number *number)
{
	const char *text = segment_string(jwk, name);

	if (text == NULL || *text == '\0')
		return false;
	number->bytes =
	    secret_from_base64url(arena, text, strlen(text), &number->size);
	return number->bytes != NULL;
}

/* What the key is for; the members may be absent. */
static const char *use_fault(const struct segment *jwk)
{
	static const char *const verify[] = { "verify", NULL };
	const char *use = segment_string(jwk, "use");

	if (segment_has(jwk, "use") && (use == NULL || strcmp(use, "sig") != 0))
		return "its use is not sig";
	if (segment_has(jwk, "key_ops") &&
	    !segment_names_one_of(jwk, "key_ops", verify))
		return "its key_ops are without verify";
	if (segment_has(jwk, "d"))
		return "it holds a private key";
	return NULL;
}

/* The algorithm that is named, or the usual one of the kind. */
static const char *read_algorithm(const struct segment *jwk,
    const struct crypto_public *public, enum algorithm *algorithm)
{
	const char *name = segment_string(jwk, "alg");
	int number = name != NULL ? config_algorithm_named(name) : -1;
	bool is_rsa = number >= RS256 && number <= RS512;

	*algorithm = RS256;
	for (size_t i = 0;
	     public->curve != NULL && i < sizeof curves / sizeof *curves; i++)
		if (strcmp(curves[i].curve, public->curve) == 0)
			*algorithm = curves[i].algorithm;
	if (!segment_has(jwk, "alg"))
		return NULL;
	if (number < 0)
		return "its alg is unknown; known: RS256, RS384, RS512, ES256, "
		       "ES384, ES512";
	if (public->curve == NULL ? !is_rsa : number != (int)*algorithm)
		return "its alg does not fit its kty and crv";
	*algorithm = (enum algorithm)number;
	return NULL;
}

static const char *read_public(struct arena *arena, const struct segment *jwk,
    struct crypto_public *public)
{
	const char *kind = segment_string(jwk, "kty");
	bool is_rsa = kind != NULL && strcmp(kind, "RSA") == 0;

	if (!is_rsa && (kind == NULL || strcmp(kind, "EC") != 0))
		return "its kty is neither RSA nor EC";
	if (!is_rsa) {
		const char *name = segment_string(jwk, "crv");

		for (size_t i = 0;
		     name != NULL && i < sizeof curves / sizeof *curves; i++)
			if (strcmp(curves[i].curve, name) == 0)
		public->curve = curves[i].curve;
		if (public->curve == NULL)
			return "its crv is none of P-256, P-384, P-521";
	}
	if (!read_number(arena, jwk, is_rsa ? "n" : "x", &public->first) ||
	    !read_number(arena, jwk, is_rsa ? "e" : "y", &public->second))
		return is_rsa ? "its n or e is no base64url"
			      : "its x or y is no base64url";
	return NULL;
}

/* RFC 7638 section 3.2: these members, in this order. */
static const char *thumbprint(
    struct arena *arena, const struct crypto_public *public)
{
	const char *first =
	    secret_base64url(arena, public->first.bytes, public->first.size);
	const char *second =
	    secret_base64url(arena, public->second.bytes, public->second.size);
	const char *text = public->curve != NULL
	    ? arena_printf(arena,
		  "{\"crv\":\"%s\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}",
		  public->curve, first, second)
	    : arena_printf(arena, "{\"e\":\"%s\",\"kty\":\"RSA\",\"n\":\"%s\"}",
		  second, first);

	return secret_digest_base64url(arena, text, strlen(text));
}

static const char *read_id(struct arena *arena, const struct segment *jwk,
    const struct crypto_public *public, struct key *key)
{
	const char *id = segment_string(jwk, "kid");

	if (!segment_has(jwk, "kid"))
		id = thumbprint(arena, public);
	if (id == NULL || !key_folder_takes_id(id, strlen(id)))
		return "its kid is not 1 to 128 letters, digits and . _ - = "
		       "without a dot in front";
	memcpy(key->id, id, strlen(id) + 1);
	return NULL;
}

const char *jwk_read(
    struct arena *arena, const struct segment *jwk, struct key *key)
{
	struct crypto_public public = { 0 };
	const char *fault = read_public(arena, jwk, &public);

	key->is_imported = true;
	if (fault == NULL)
		fault = use_fault(jwk);
	if (fault == NULL)
		fault = read_algorithm(jwk, &public, &key->algorithm);
	if (fault == NULL)
		fault = read_id(arena, jwk, &public, key);
	if (fault == NULL && !crypto_put_together(key, &public))
		fault = "its numbers make no key";
	if (fault == NULL && key_public_fault(arena, key) != NULL)
		fault = "it is RSA of fewer than 2048 bits";
	return fault;
}
