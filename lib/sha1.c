/* sha1.c - the digest by which lists of breached passwords go. */
#include "sha1.h"

#include <openssl/evp.h>

bool sha1_digest(
    const void *bytes, size_t size, unsigned char digest[SHA1_SIZE])
{
	return EVP_Digest(bytes, size, digest, NULL, EVP_sha1(), NULL) == 1;
}
