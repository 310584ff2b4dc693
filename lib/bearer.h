/* bearer.h - the token of a protected request to verified claims. */
#pragma once
#include "request.h"

/*
 * Takes the token from the header that auth_header_name says, behind one of the
 * words of auth_header_types (RFC 6750 section 2.1; compared without case), or,
 * without that, from the cookie; verifies it as one of auth_token_classes, and
 * asks the database for its user as access_check says: not at all (stateless),
 * the user, or the session too.
 * Returns OK and sets request->claims, or the reason; bearer_refused is set
 * when there was a token. CROSS_SITE and MEDIA_TYPE_UNSUPPORTED: a cookie, but
 * the request changes something and does not come from a page of ours.
 */
authenticator bearer_check;

/*
 * The same, and the user is asked for whatever access_check says: for what
 * shows or changes an account.
 */
authenticator bearer_check_user;

/*
 * The same as bearer_check, and the user must be in one of the groups of require_group: as the
 * database has them, or as the token says where that is not asked.
 * Returns PERMISSION_DENIED when the user is in none.
 */
authenticator bearer_check_member;

/*
 * The same for a request that another program will answer: a cookie counts for
 * what changes something where the Origin is ours, whatever the body is.
 */
authenticator bearer_check_foreign;
