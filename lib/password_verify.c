/* password_verify.c - whether a password is the one of a stored hash. */
#include <string.h>

#include "identity.h"
#include "password.h"
#include "password_foreign.h"
#include "secret.h"

#define OURS "$argon2id$"

static bool matches(
    const struct foreign *format, const char *stored, const char *password)
{
	const char *rest = stored + strlen(format->prefix);

	return format->is_sound(rest) && format->verify(rest, password);
}

/* Once more without white space around it, where there is any. */
static bool matches_trimmed(
    const struct foreign *format, const char *stored, const char *password)
{
	char trimmed[PASSWORD_SIZE_MAX + 1] = "";
	size_t size = 0;
	const char *begin = identity_trim(password, &size);
	bool is_same = false;

	if (size == 0 || size == strlen(password))
		return false;
	memcpy(trimmed, begin, size);
	is_same = matches(format, stored, trimmed);
	secret_wipe(trimmed, sizeof trimmed);
	return is_same;
}

bool password_verify(const char *stored, const char *password)
{
	const struct foreign *format = foreign_find(stored);

	if (format == NULL || strlen(stored) > FOREIGN_SIZE_MAX ||
	    strlen(password) > PASSWORD_SIZE_MAX)
		return false;
	if (strncmp(stored, OURS, strlen(OURS)) == 0)
		return matches(format, stored, password);
	return matches(format, stored, password) ||
	    matches_trimmed(format, stored, password);
}

const char *password_stored_fault(const char *stored)
{
	const struct foreign *format = foreign_find(stored);

	if (format == NULL)
		return "the password hash is of an unknown format";
	if (strlen(stored) > FOREIGN_SIZE_MAX ||
	    !format->is_sound(stored + strlen(format->prefix)))
		return "the password hash is damaged, or dearer than is "
		       "allowed";
	return NULL;
}
