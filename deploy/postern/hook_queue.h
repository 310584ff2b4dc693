/* hook_queue.h - hooks as a queue. */
#pragma once
#include "queue.h"

/*
 * An attempt POSTs what happened to the address that the configuration names
 * for the event now, signed by the key that it names now. An answer of 2xx is
 * the end; 410 says that nobody wants it any more. One that is sent again has
 * the same webhook-id.
 */
extern const struct queue hook_queue;
