/*
 * gate.h - whether a request for what is not ours may pass: files and programs
 * that a web server has beside the endpoints.
 */
#pragma once
#include "request.h"

#define GATE_VALUE_MAX 2048 /* bytes of a value that is handed on */

/*
 * Checks the token as bearer_check_foreign does, then the rules of the paths of
 * the request: what the client has asked for (REQUEST_URI) and what the web
 * server has made of it, where it says so (REDIRECT_URI, DOCUMENT_URI,
 * SCRIPT_NAME with PATH_INFO, SCRIPT_FILENAME below CONTEXT_DOCUMENT_ROOT). Of each the rule of the longest path counts.
 *
 * Returns ADMITTED with who it is in request->headers: to a web server that
 * asks an authorizer as Variable-NAME (FastCGI specification 1.0, section 6.3),
 * to another as X-NAME with hyphens. NAME is REMOTE_USER (not as X-), POSTERN_USER_ID,
 * POSTERN_USERNAME, POSTERN_GROUPS, and POSTERN_CLAIM_... of gate_claims. With
 * access_check = stateless it is what the token says; a name that it does not
 * say is not handed on.
 *
 * Returns PERMISSION_DENIED when a rule is not met, the path cannot be compared,
 * or a value cannot be handed on as it is. A page that a browser asks for
 * without a token ends, where there is gate_login_url, in SIGN_IN_FIRST; who
 * does not ask an authorizer gets X-POSTERN-SIGN-IN with the 401 instead.
 */
gatekeeper gate_decide;
