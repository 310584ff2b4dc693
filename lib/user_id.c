/* user_id.c - how the user of a token is found. */
#include "user_id.h"

#include "address.h"
#include "identity.h"

const char *user_id_column(const struct config *config)
{
	switch (config->user_id_field) {
	case USER_USERNAME:
		return "username";
	case USER_EMAIL:
		return "email";
	default:
		return "subject";
	}
}

const char *user_id_key(struct request *request, const char *user_id)
{
	const char *key = user_id;

	if (request->config->user_id_field == USER_USERNAME)
		key = identity_canonical(request->arena, user_id);
	else if (request->config->user_id_field == USER_EMAIL)
		key = address_canonical(request->arena, user_id);
	return key != NULL ? key : "";
}
