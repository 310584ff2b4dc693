/* key.c - one key: how it is read, what it must be, what it is called. */
#include "key.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pem.h"
#include "secret.h"
#include "token.h"

#define HMAC_SIZE_MIN 32
#define HMAC_DIFFERENT_MIN 5 /* bytes that differ from one another */
#define RANDOM_KEY "make one with: openssl rand -hex 32"

bool key_is_hmac(enum algorithm algorithm)
{
	return algorithm == HS256 || algorithm == HS384 || algorithm == HS512;
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

const char *key_secret_fault(const struct key *key)
{
	if (key->signing_size < HMAC_SIZE_MIN)
		return "it has fewer than 32 bytes; " RANDOM_KEY;
	if (is_placeholder(key->signing, key->signing_size))
		return "it is a placeholder, no secret; " RANDOM_KEY;
	if (strstr(key->signing, "-----BEGIN") != NULL)
		return "it is a PEM, no secret for HS; set algorithm to RS256 "
		       "or ES256, or " RANDOM_KEY;
	return NULL;
}

const char *key_public_fault(struct arena *arena, const struct key *key)
{
	size_t size = 0;
	const unsigned char *der =
	    pem_public_key(arena, key->verifying, key->verifying_size, &size);

	if (der == NULL)
		return "it is not one PEM block PUBLIC KEY; make it with: "
		       "openssl pkey -in SIGNING_KEY -pubout";
	if (!pem_fits(key->algorithm, der, size))
		return "it does not fit the algorithm; RS asks for RSA of 2048 "
		       "bits or more, ES256, ES384, ES512 for P-256, P-384, "
		       "P-521";
	return NULL;
}

const char *key_private_fault(const struct key *key)
{
	/* OpenSSL would ask the terminal for the passphrase. */
	if (strstr(key->signing, "ENCRYPTED") != NULL)
		return "it has a passphrase; remove it with: openssl pkey";
	if (!token_key_fits(key))
		return "it is no private key in PEM that fits algorithm and "
		       "public key; name the two halves of one key";
	return NULL;
}

static bool refuse(struct arena *arena, const char *path, const char *fault,
    const char **problem)
{
	if (fault != NULL)
		*problem = arena_printf(arena, "%s: %s", path, fault);
	return fault == NULL;
}

static bool read_signing(struct arena *arena, struct key *key, const char *path,
    const char **problem)
{
	key->signing = config_read_secret(
	    arena, path, KEY_SIZE_MAX, &key->signing_size, problem);
	return key->signing != NULL;
}

bool key_read_secret(struct arena *arena, struct key *key, const char *path,
    const char **problem)
{
	if (!read_signing(arena, key, path, problem))
		return false;
	key->verifying = key->signing;
	key->verifying_size = key->signing_size;
	return refuse(arena, path, key_secret_fault(key), problem);
}

bool key_read_private(struct arena *arena, struct key *key, const char *path,
    const char **problem)
{
	return read_signing(arena, key, path, problem) &&
	    refuse(arena, path, key_private_fault(key), problem);
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

/* The line that says where an imported key comes from is no part of it. */
static void drop_comment(struct key *key)
{
	size_t length = strcspn(key->verifying, "\n");

	if (!key->is_imported || key->verifying[0] != '#')
		return;
	key->verifying_size -= length;
	memmove(
	    key->verifying, key->verifying + length, key->verifying_size + 1);
}

bool key_read_public(struct arena *arena, struct key *key, const char *path,
    const char **problem)
{
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
	if (fault == NULL) {
		drop_comment(key);
		fault = key_public_fault(arena, key);
	}
	return refuse(arena, path, fault, problem);
}

/*
 * The kid of a secret is public: its digest has a domain and an algorithm of
 * its own, and half of its bits stay here.
 */
bool key_identify(struct arena *arena, struct key *key)
{
	const char *domain = arena_printf(
	    arena, "postern kid %s", config_algorithm(key->algorithm));
	const void *material = key->verifying;
	size_t size = key->verifying_size, length = strlen(domain) + 1;
	char *bytes = NULL;

	if (!key_is_hmac(key->algorithm))
		material = pem_public_key(
		    arena, key->verifying, key->verifying_size, &size);
	bytes = secret_alloc(length + size);
	if (bytes == NULL)
		return false;
	memcpy(bytes, domain, length);
	memcpy(bytes + length, material, size);
	/* The digest starts with `\x`. */
	memcpy(key->id, secret_digest(arena, bytes, length + size) + 2,
	    KEY_ID_LENGTH);
	key->id[KEY_ID_LENGTH] = '\0';
	secret_free(bytes);
	return true;
}

void key_close(struct key *key)
{
	if (key->verifying != key->signing)
		secret_free(key->verifying);
	secret_free(key->signing);
	key->verifying = key->signing = NULL;
}
