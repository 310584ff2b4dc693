/* hook_event.h - what is told, and to whom. */
#pragma once
#include "config.h"

/* The names of all events; the last is NULL. The settings are on_NAME. */
extern const char *const hook_events[];

/* Returns the address that is told of the event; "" for nobody. */
const char *hook_address(const struct config *config, const char *event);
