/* hook_event.c - what is told, and to whom. */
#include "hook_event.h"

#include <string.h>

const char *const hook_events[] = { "login", "login_failed", "reuse",
	"register", "password_changed", NULL };

const char *hook_address(const struct config *config, const char *event)
{
	/* In the order of the names. */
	const char *const addresses[] = { config->on_login,
		config->on_login_failed, config->on_reuse, config->on_register,
		config->on_password_changed };

	for (size_t i = 0; hook_events[i] != NULL; i++)
		if (strcmp(hook_events[i], event) == 0)
			return addresses[i];
	return "";
}
