/* address.c - mail addresses, as shown and as compared. */
#include "address.h"

#include <stdbool.h>
#include <string.h>

#define LOCAL_PART_MAX 64 /* bytes, RFC 5321 section 4.5.3.1.1 */
#define LABEL_MAX 63      /* bytes, RFC 1035 section 2.3.4 */

static bool is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z');
}

static bool is_dot_atom(const char *text)
{
	char previous = '.';

	for (; *text != '\0'; previous = *text++) {
		if (*text == '.' && previous == '.')
			return false;
		if (*text != '.' && !is_alphanumeric(*text) &&
		    strchr("!#$%&'*+-/=?^_`{|}~", *text) == NULL)
			return false;
	}
	return previous != '.';
}

static bool is_label(const char *label, size_t size)
{
	if (size == 0 || size > LABEL_MAX || label[0] == '-' ||
	    label[size - 1] == '-')
		return false;
	for (size_t i = 0; i < size; i++)
		if (label[i] != '-' && !is_alphanumeric(label[i]))
			return false;
	return true;
}

static bool is_domain(const char *domain)
{
	const char *label = domain, *dot = NULL;

	if (strcmp(domain, "localhost") == 0)
		return true;
	while ((dot = strchr(label, '.')) != NULL) {
		if (!is_label(label, (size_t)(dot - label)))
			return false;
		label = dot + 1;
	}
	return label != domain && is_label(label, strlen(label)) &&
	    strspn(label, "0123456789") < strlen(label);
}

const char *address_shown(struct arena *arena, const char *text)
{
	const char *at = strchr(text, '@'), *domain = NULL;
	size_t length = 0;

	if (at == NULL || at == text || text[0] == '-' ||
	    at - text > LOCAL_PART_MAX || strlen(text) > ADDRESS_MAX)
		return NULL;
	length = (size_t)(at - text);
	domain = address_canonical(arena, at + 1);
	if (!is_dot_atom(arena_copy(arena, text, length)) || !is_domain(domain))
		return NULL;
	return arena_printf(arena, "%.*s@%s", (int)length, text, domain);
}

const char *address_canonical(struct arena *arena, const char *text)
{
	char *lower = arena_string(arena, text);

	/* In every locale the same. */
	for (char *c = lower; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return lower;
}
