/* keyring.c - the keys, read from their files. */
#include "keyring.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "pem.h"
#include "secret.h"
#include "token.h"

#define KEYS_MAX 8
#define HMAC_SIZE_MIN 32
#define HMAC_DIFFERENT_MIN 5 /* bytes that differ from one another */
#define RANDOM_KEY "make one with: openssl rand -hex 32"

struct keyring {
	struct key keys[KEYS_MAX];
	size_t count;
};

/* What a key is read with; the functions below return false with a problem. */
struct reading {
	struct arena *arena;
	const struct config *config;
	const char *problem;
};

static bool refuse(struct reading *reading, const char *setting,
    const char *path, const char *fault)
{
	reading->problem =
	    arena_printf(reading->arena, "%s: %s: %s", setting, path, fault);
	return false;
}

static bool is_hmac(enum algorithm algorithm)
{
	return algorithm == HS256 || algorithm == HS384 || algorithm == HS512;
}

static bool read_signing(struct reading *reading, struct key *key)
{
	const char *problem = NULL;

	key->signing =
	    config_read_secret(reading->arena, reading->config->signing_key,
		KEY_SIZE_MAX, &key->signing_size, &problem);
	if (key->signing == NULL)
		reading->problem =
		    arena_printf(reading->arena, "signing_key: %s", problem);
	return key->signing != NULL;
}

/* Others may read a public key; who could write it could forge tokens. */
static const char *fault_of_public(int file, size_t *size)
{
	struct stat status = { 0 };

	if (file < 0 || fstat(file, &status) != 0)
		return strerror(errno);
	if (!S_ISREG(status.st_mode))
		return "it is not a file";
	if ((status.st_mode & S_IWOTH) != 0)
		return "others can write it; chmod o-w";
	if (status.st_size > KEY_SIZE_MAX)
		return "it is too long for a key";
	*size = (size_t)status.st_size;
	return NULL;
}

static bool read_verifying(struct reading *reading, struct key *key)
{
	const char *path = reading->config->verifying_key;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	size_t size = 0;
	const char *fault = fault_of_public(file, &size);

	if (fault == NULL) {
		key->verifying = secret_alloc(size + 1);
		key->verifying_size = size;
		if (key->verifying == NULL ||
		    read(file, key->verifying, size) != (ssize_t)size)
			fault = "it cannot be read";
		else
			key->verifying[size] = '\0';
	}
	if (file >= 0)
		close(file);
	return fault == NULL || refuse(reading, "verifying_key", path, fault);
}

/*
 * The kid of a secret is public: its digest has a domain and an algorithm of
 * its own, and half of its bits stay here.
 */
static bool name_key(
    struct reading *reading, struct key *key, const void *material, size_t size)
{
	const char *domain = arena_printf(
	    reading->arena, "postern kid %s", config_algorithm(key->algorithm));
	size_t length = strlen(domain) + 1;
	char *bytes = secret_alloc(length + size);

	if (bytes == NULL) {
		reading->problem = "keys: there is no memory";
		return false;
	}
	memcpy(bytes, domain, length);
	memcpy(bytes + length, material, size);
	/* The digest starts with `\x`. */
	memcpy(key->id, secret_digest(reading->arena, bytes, length + size) + 2,
	    KEY_ID_LENGTH);
	secret_free(bytes);
	return true;
}

static bool is_placeholder(const char *secret, size_t size)
{
	static const char *const known[] = { "changeme", "change-me",
		"change_me", "change me", "secret-key", "secret_key",
		"your-secret", "your-256-bit", "django-insecure",
		"placeholder" };
	bool seen[256] = { false };
	size_t different = 0;

	for (size_t i = 0; i < size; i++) {
		bool *is_seen = &seen[(unsigned char)secret[i]];

		different += *is_seen ? 0 : 1;
		*is_seen = true;
	}
	if (different < HMAC_DIFFERENT_MIN)
		return true;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcasestr(secret, known[i]) != NULL)
			return true;
	return false;
}

static bool open_hmac(struct reading *reading, struct key *key)
{
	const char *path = reading->config->signing_key;
	const char *fault = NULL;

	if (*path == '\0')
		return refuse(reading, "signing_key", "not set",
		    "name a file with a secret; " RANDOM_KEY);
	if (!read_signing(reading, key))
		return false;
	key->verifying = key->signing;
	key->verifying_size = key->signing_size;
	if (key->signing_size < HMAC_SIZE_MIN)
		fault = "it has fewer than 32 bytes; " RANDOM_KEY;
	else if (is_placeholder(key->signing, key->signing_size))
		fault = "it is a placeholder, no secret; " RANDOM_KEY;
	else if (strstr(key->signing, "-----BEGIN") != NULL)
		fault = "it is a PEM, no secret for HS; set algorithm to RS256 "
			"or ES256, or " RANDOM_KEY;
	if (fault != NULL)
		return refuse(reading, "signing_key", path, fault);
	return name_key(reading, key, key->signing, key->signing_size);
}

static bool open_public(struct reading *reading, struct key *key)
{
	const char *path = reading->config->verifying_key;
	const unsigned char *der = NULL;
	size_t size = 0;

	if (*path == '\0')
		return refuse(reading, "verifying_key", "not set",
		    "RS and ES need the public key; make it with: openssl pkey "
		    "-in SIGNING_KEY -pubout");
	if (!read_verifying(reading, key))
		return false;
	der = pem_public_key(
	    reading->arena, key->verifying, key->verifying_size, &size);
	if (der == NULL)
		return refuse(reading, "verifying_key", path,
		    "it is not one PEM block PUBLIC KEY; make it with: openssl "
		    "pkey -in SIGNING_KEY -pubout");
	if (!pem_fits(key->algorithm, der, size))
		return refuse(reading, "verifying_key", path,
		    "it does not fit the algorithm; RS asks for RSA of 2048 "
		    "bits or more, ES256, ES384, ES512 for P-256, P-384, "
		    "P-521");
	return name_key(reading, key, der, size);
}

static bool open_pem(struct reading *reading, struct key *key)
{
	const char *path = reading->config->signing_key;

	if (!open_public(reading, key))
		return false;
	if (*path == '\0')
		return true;
	if (!read_signing(reading, key))
		return false;
	/* OpenSSL would ask the terminal for the passphrase. */
	if (strstr(key->signing, "ENCRYPTED") != NULL)
		return refuse(reading, "signing_key", path,
		    "it has a passphrase; remove it with: openssl pkey");
	if (!token_key_fits(key))
		return refuse(reading, "signing_key", path,
		    "it is no private key in PEM that fits algorithm and "
		    "verifying_key; name the two halves of one key");
	return true;
}

struct keyring *keyring_open(
    struct arena *arena, const struct config *config, const char **problem)
{
	struct reading reading = { arena, config, NULL };
	struct keyring *keyring = calloc(1, sizeof *keyring);
	struct key *key = NULL;
	bool is_open = false;

	if (keyring == NULL)
		log_fatal("memory: there is none left");
	key = &keyring->keys[keyring->count++];
	key->algorithm = config->algorithm;
	is_open = is_hmac(key->algorithm) ? open_hmac(&reading, key)
					  : open_pem(&reading, key);
	if (is_open)
		return keyring;
	*problem = reading.problem;
	keyring_close(keyring);
	return NULL;
}

void keyring_close(struct keyring *keyring)
{
	if (keyring == NULL)
		return;
	for (size_t i = 0; i < keyring->count; i++) {
		struct key *key = &keyring->keys[i];

		if (key->verifying != key->signing)
			secret_free(key->verifying);
		secret_free(key->signing);
	}
	free(keyring);
}

const struct key *keyring_signing(const struct keyring *keyring)
{
	if (keyring == NULL || keyring->keys[0].signing == NULL)
		return NULL;
	return &keyring->keys[0];
}

const struct key *keyring_find(const struct keyring *keyring, const char *kid)
{
	if (kid == NULL)
		return keyring->count == 1 ? &keyring->keys[0] : NULL;
	for (size_t i = 0; i < keyring->count; i++)
		if (strcmp(kid, keyring->keys[i].id) == 0)
			return &keyring->keys[i];
	return NULL;
}

const struct keyring_access keyring_access = { keyring_open, keyring_close };
