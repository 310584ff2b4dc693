/* gate_sign_in.h - people without a token are sent to the sign-in page. */
#pragma once
#include "request.h"

#define SIGN_IN_NEXT_MAX 2000 /* bytes of the path that is wanted, encoded */

/*
 * Where there is gate_login_url and the outcome is a 401 for a page that a
 * browser goes to (GET or HEAD, text/html in Accept, Sec-Fetch-Mode: navigate
 * where it is sent, and no Authorization): an authorizer's SIGN_IN_FIRST with
 * Location, anybody else's outcome with X-POSTERN-SIGN-IN. The address has the
 * wanted path and query as `next`, made anew from the decoded path: one slash,
 * no host; without it where that is too long. Returns any other outcome as it is.
 */
enum outcome gate_sign_in(struct request *request,
    const struct gateway *gateway, const char *authorization,
    enum outcome outcome);
