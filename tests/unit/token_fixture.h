/* token_fixture.h - keys in files, and tokens forged without lib/token.c. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys_fixture.h"
#include "keyring.h"
#include "secret.h"
#include "token.h"

#define NOW INT64_C(1700000000)
#define HMAC_KEY "fixture-key-0123456789abcdef0123456789abcdef"
#define OTHER_KEY "another-key-0123456789abcdef0123456789abcdef"
#define ID "0123456789abcdef0123456789abcdef"

#define HEADER "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define PAYLOAD                                                             \
	"{\"token_type\":\"access\",\"exp\":1700000300,\"iat\":1700000000," \
	"\"jti\":\"" ID "\",\"user_id\":\"7\"}"

struct fixture {
	struct arena *arena;
	char folder[32];
	struct config config;
	struct keyring *keys;
};

/* Writes a file; it is removed with the fixture. */
static inline const char *fixture_file(struct fixture *fixture,
    const char *name, const void *bytes, size_t size, mode_t mode)
{
	char *path =
	    arena_printf(fixture->arena, "%s/%s", fixture->folder, name);
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
	return path;
}

static inline struct fixture *fixture_open(void)
{
	static const char *const nobody[] = { NULL };
	static const struct custom_claim no_claims[] = { { 0 } };
	struct arena *arena = arena_open();
	struct fixture *fixture = calloc(1, sizeof *fixture);

	assert_non_null(fixture);
	fixture->arena = arena;
	snprintf(fixture->folder, sizeof fixture->folder, "/tmp/keysXXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	fixture->config.signing_key = "";
	fixture->config.verifying_key = "";
	fixture->config.issuer = "";
	fixture->config.audience = nobody;
	fixture->config.user_id_claim = "user_id";
	fixture->config.token_type_claim = "token_type";
	fixture->config.jti_claim = "jti";
	fixture->config.revoke_token_claim = "epoch";
	fixture->config.sliding_token_refresh_exp_claim = "refresh_exp";
	fixture->config.claims = no_claims;
	return fixture;
}

static inline void fixture_close(struct fixture *fixture)
{
	DIR *names = opendir(fixture->folder);
	const struct dirent *name = NULL;

	assert_non_null(names);
	keyring_close(fixture->keys);
	while ((name = readdir(names)) != NULL)
		unlink(arena_printf(
		    fixture->arena, "%s/%s", fixture->folder, name->d_name));
	closedir(names);
	assert_int_equal(rmdir(fixture->folder), 0);
	arena_close(fixture->arena);
	free(fixture);
}

/* Opens a key ring with these key files; NULL: there is none. */
static inline const char *fixture_keys(struct fixture *fixture,
    enum algorithm algorithm, const char *signing, const char *verifying)
{
	const char *problem = NULL;

	fixture->config.algorithm = algorithm;
	if (signing != NULL)
		fixture->config.signing_key = fixture_file(
		    fixture, "signing", signing, strlen(signing), 0600);
	if (verifying != NULL)
		fixture->config.verifying_key = fixture_file(
		    fixture, "verifying", verifying, strlen(verifying), 0644);
	keyring_close(fixture->keys);
	fixture->keys =
	    keyring_open(fixture->arena, &fixture->config, &problem);
	return problem;
}

/* A file of a key ring. The last one of a list has no name. */
struct ring_file {
	const char *name, *text; /* NULL: the file is not there */
	mode_t mode;             /* 0: as it should be */
};

static inline mode_t ring_mode(const struct ring_file *file)
{
	const char *suffix = strrchr(file->name, '.');

	if (file->mode != 0)
		return file->mode;
	return suffix != NULL && strcmp(suffix, ".key") == 0 ? 0600 : 0644;
}

/* Writes a file of the ring, or removes it. */
static inline void fixture_ring_file(
    struct fixture *fixture, const struct ring_file *file)
{
	if (file->text != NULL)
		fixture_file(fixture, file->name, file->text,
		    strlen(file->text), ring_mode(file));
	else
		unlink(arena_printf(
		    fixture->arena, "%s/%s", fixture->folder, file->name));
}

/* Opens the folder of the fixture as a key ring; returns the problem. */
static inline const char *fixture_ring(
    struct fixture *fixture, const struct ring_file *files)
{
	const char *problem = NULL;

	for (; files->name != NULL; files++)
		fixture_ring_file(fixture, files);
	fixture->config.signing_key =
	    arena_printf(fixture->arena, "%s/", fixture->folder);
	keyring_close(fixture->keys);
	fixture->keys =
	    keyring_open(fixture->arena, &fixture->config, &problem);
	return fixture->keys == NULL ? problem : NULL;
}

static inline struct fixture *fixture_hmac(void)
{
	struct fixture *fixture = fixture_open();

	assert_null(fixture_keys(fixture, HS256, HMAC_KEY, NULL));
	return fixture;
}

/* The three segments of a token, signed with HMAC and SHA-256 of libsodium. */
static inline const char *forge_segments(
    struct arena *arena, const char *head, const char *body, const char *key)
{
	crypto_auth_hmacsha256_state state;
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	const char *text = arena_printf(arena, "%s.%s", head, body);

	crypto_auth_hmacsha256_init(
	    &state, (const unsigned char *)key, strlen(key));
	crypto_auth_hmacsha256_update(
	    &state, (const unsigned char *)text, strlen(text));
	crypto_auth_hmacsha256_final(&state, mac);
	return arena_printf(
	    arena, "%s.%s", text, secret_base64url(arena, mac, sizeof mac));
}

static inline const char *forge(struct arena *arena, const char *header,
    const char *payload, const char *key)
{
	return forge_segments(arena,
	    secret_base64url(arena, header, strlen(header)),
	    secret_base64url(arena, payload, strlen(payload)), key);
}

/* The text with the one place `from` replaced. */
static inline const char *with(
    struct arena *arena, const char *text, const char *from, const char *to)
{
	const char *place = strstr(text, from);

	assert_non_null(place);
	return arena_printf(arena, "%.*s%s%s", (int)(place - text), text, to,
	    place + strlen(from));
}

static inline enum outcome verify(
    struct fixture *fixture, unsigned types, const char *text)
{
	struct claims claims;

	return token_verify(fixture->arena, &fixture->config, fixture->keys,
	    types, text, NOW, &claims, NULL);
}

/* An access token with this header and payload, signed with the right key. */
static inline enum outcome verify_forged(
    struct fixture *fixture, const char *header, const char *payload)
{
	return verify(fixture, TOKEN_ACCESS,
	    forge(fixture->arena, header, payload, HMAC_KEY));
}
