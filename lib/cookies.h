/*
 * cookies.h - tokens in cookies (RFC 6265bis), and who may make them count.
 *
 * The refresh token is __Secure-refresh_token, once for each of the two paths
 * below which it is used; the access or sliding token, with access_cookie, is
 * __Host-access_token. Neither can be read by scripts, nor travels without TLS.
 */
#pragma once
#include "request.h"

/*
 * The token in the request's cookie; "" when there is none, cookies are not
 * configured, or it came twice (of two one may be somebody else's).
 */
const char *cookies_refresh_token(const struct request *request);
const char *cookies_access_token(const struct request *request);

/*
 * Where cookies are configured, a browser sends them with what a page of
 * another site has begun. So whoever reads or sets them asks this first: the
 * Origin, where there is one, is that of public_url or of
 * cors_allowed_origins, and a body is JSON, which no form of another site can
 * send (OWASP, Cross-Site Request Forgery Prevention).
 * Returns OK, CROSS_SITE or MEDIA_TYPE_UNSUPPORTED.
 */
enum outcome cookies_guard(struct request *request);

/*
 * The same for what is not ours to read, forms included: whatever the media
 * type, there must be such an Origin, which every browser sends with what
 * changes something.
 * Returns OK or CROSS_SITE.
 */
enum outcome cookies_guard_origin(struct request *request);

/* Sets the cookie in the answer, until the token ends. */
void cookies_give_refresh_token(
    struct request *request, const char *token, int64_t exp);
void cookies_give_access_token(
    struct request *request, const char *token, int64_t exp);

/* Removes all of them; nothing where cookies are not configured. */
void cookies_clear(struct request *request);
