/*
 * field_password.c - the check of a new password; apart from the other checks,
 * so that only programs that set passwords carry its lists.
 */
#include "breached.h"
#include "fields.h"

/* Returns true when the password is known not to be on the list. */
static bool is_unbreached(
    struct request *request, const char *field, const char *password)
{
	const char *path = request->config->breached_passwords;
	const char *problem = NULL;
	enum breached breached = BREACHED_NOT;

	if (*path == '\0')
		return true;
	breached = breached_find(request->arena, path, password, &problem);
	app_trouble(request->app, "breached_passwords", problem);
	if (breached == BREACHED_FOUND)
		request_fault(request, field, BREACHED_SENTENCE);
	if (breached == BREACHED_UNKNOWN)
		request->is_unjudged = true;
	return breached == BREACHED_NOT;
}

bool field_password_is_good(struct request *request, const char *field,
    const char *password, const struct person *person)
{
	const char *faults[PASSWORD_FAULTS_MAX];
	size_t count = password_faults(
	    request->arena, request->config, password, person, faults);

	for (size_t i = 0; i < count; i++)
		request_fault(request, field, faults[i]);
	return is_unbreached(request, field, password) && count == 0;
}
