/* outbox.h - letters that somebody asks for. */
#pragma once
#include "request.h"

/*
 * Orders a letter (purpose "resend", "reset" or "username") to whoever has the address, if
 * anyone, within the limits: the worker finds out, so that the answer and its
 * time tell nothing. Returns NO_CONTENT or UNAVAILABLE.
 */
enum outcome outbox_ask(
    struct request *request, const char *purpose, const char *address);
