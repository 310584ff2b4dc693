/* pem.c - public keys in PEM. */
#include "pem.h"

#include <string.h>

#include "secret.h"

#define BEGIN "-----BEGIN PUBLIC KEY-----"
#define END "-----END PUBLIC KEY-----"
#define BLANKS " \t\r\n"

/* What a DER starts with; ANY stands for a byte of a length. */
#define ANY 0x100

static const unsigned short rsa_head[] = { 0x30, 0x82, ANY, ANY, 0x30, 0x0D,
	0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05,
	0x00, 0x03, 0x82, ANY, ANY, 0x00, 0x30, 0x82, ANY, ANY, 0x02, 0x82 };
static const unsigned short p256_head[] = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07,
	0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48,
	0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04 };
static const unsigned short p384_head[] = { 0x30, 0x76, 0x30, 0x10, 0x06, 0x07,
	0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x05, 0x2B, 0x81, 0x04,
	0x00, 0x22, 0x03, 0x62, 0x00, 0x04 };
static const unsigned short p521_head[] = { 0x30, 0x81, 0x9B, 0x30, 0x10, 0x06,
	0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x05, 0x2B, 0x81,
	0x04, 0x00, 0x23, 0x03, 0x81, 0x86, 0x00, 0x04 };

static bool starts_with(const unsigned char *der, size_t size,
    const unsigned short *head, size_t length)
{
	if (size < length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (head[i] != ANY && head[i] != der[i])
			return false;
	return true;
}

#define STARTS_WITH(der, size, head) \
	starts_with((der), (size), (head), sizeof(head) / sizeof *(head))

/* The modulus of 2048 bits takes 257 bytes: its sign bit has one of its own. */
static bool is_rsa(const unsigned char *der, size_t size)
{
	const size_t head = sizeof rsa_head / sizeof *rsa_head;

	return size > head + 2 && STARTS_WITH(der, size, rsa_head) &&
	    der[head] * 256 + der[head + 1] >= 257;
}

bool pem_fits(enum algorithm algorithm, const unsigned char *der, size_t size)
{
	switch (algorithm) {
	case HS256:
	case HS384:
	case HS512:
		return false;
	case RS256:
	case RS384:
	case RS512:
		return is_rsa(der, size);
	case ES256:
		return size == 91 && STARTS_WITH(der, size, p256_head);
	case ES384:
		return size == 120 && STARTS_WITH(der, size, p384_head);
	case ES512:
		return size == 158 && STARTS_WITH(der, size, p521_head);
	}
	return false;
}

/* Base64 with padding and line breaks, as base64url without either. */
static size_t to_base64url(char *to, const char *from, size_t length)
{
	const char *start = to;

	for (size_t i = 0; i < length; i++) {
		if (strchr(BLANKS, from[i]) != NULL)
			continue;
		*to++ = from[i] == '+' ? '-' : from[i] == '/' ? '_' : from[i];
	}
	for (int i = 0; i < 2 && to > start && to[-1] == '='; i++)
		to--;
	return (size_t)(to - start);
}

const unsigned char *pem_public_key(
    struct arena *arena, const char *text, size_t length, size_t *size)
{
	const char *end = NULL;
	char *encoded = NULL;

	if (memchr(text, '\0', length) != NULL)
		return NULL;
	text = arena_copy(arena, text, length);
	text += strspn(text, BLANKS);
	if (strncmp(text, BEGIN, strlen(BEGIN)) != 0)
		return NULL;
	text += strlen(BEGIN);
	end = strchr(text, '-');
	if (end == NULL || strncmp(end, END, strlen(END)) != 0 ||
	    end[strlen(END) + strspn(end + strlen(END), BLANKS)] != '\0')
		return NULL;
	encoded = arena_alloc(arena, (size_t)(end - text) + 1);
	length = to_base64url(encoded, text, (size_t)(end - text));
	return secret_from_base64url(arena, encoded, length, size);
}
