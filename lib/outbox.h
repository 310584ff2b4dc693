/* outbox.h - letters that somebody asks for. */
#pragma once
#include "login.h"
#include "request.h"

/*
 * Orders a letter (purpose "resend", "reset" or "username") to whoever has the address, if
 * anyone, within the limits: the worker finds out, so that the answer and its
 * time tell nothing. Returns NO_CONTENT or UNAVAILABLE.
 */
enum outcome outbox_ask(
    struct request *request, const char *purpose, const char *address);

/*
 * Orders the letter that confirms a new address (valid, as it is shown) of an
 * account, within the limits. If another account has that address, its owner
 * gets a letter: the worker finds out, as above.
 * Returns NO_CONTENT or UNAVAILABLE.
 */
enum outcome outbox_ask_email(struct request *request,
    const struct account *account, const char *address);
