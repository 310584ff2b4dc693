/*
 * me_totp - two-step login (RFC 6238) of the own account.
 *
 *	GET /api/me/totp/ with Authorization: Bearer ACCESS
 *	200 {"enabled", "recovery_codes_left"}
 *	POST /api/me/totp/ {current_password}
 *	200 {"secret", "uri", "qr"}: enrolment begins; 400 it is enabled
 *	POST /api/me/totp/confirm/ {otp}
 *	200 {"recovery_codes"}: enabled from now on
 *	POST /api/me/totp/recovery/ {current_password, otp}
 *	200 {"recovery_codes"}: new ones; the old ones are good no more
 *	DELETE /api/me/totp/ {current_password, otp}
 *	204: disabled
 *	400 wrong password or code; 401 without a good access token; 429 too
 *	many attempts, with Retry-After; 404 all of it where there is no totp_key
 *
 * Trusted with: reading password hashes, the key that seals secrets, the keys.
 * No session ends or begins here.
 */
#include "bearer.h"
#include "password.h"
#include "reauth.h"
#include "service.h"
#include "two_step.h"

static const struct field password_alone[] = {
	{ "current_password", PASSWORD_SIZE_MAX, FIELD_SECRET, NULL, NULL },
	{ 0 },
};

static const struct field otp_alone[] = {
	{ "otp", OTP_LENGTH_MAX, 0, NULL, NULL },
	{ 0 },
};

static const struct field both[] = {
	{ "current_password", PASSWORD_SIZE_MAX, FIELD_SECRET, NULL, NULL },
	{ "otp", OTP_LENGTH_MAX, 0, NULL, NULL },
	{ 0 },
};

/* Without a key there is none of this. */
static enum outcome configured(
    struct request *request, const char *authorization)
{
	return *request->config->totp_key != '\0'
	    ? bearer_check_user(request, authorization)
	    : NOT_FOUND;
}

static enum outcome begin(struct request *request)
{
	struct account account = { 0 };
	enum outcome outcome = reauth_check(
	    request, request_value(request, "current_password"), &account);

	return outcome == OK ? two_step_begin(request, &account) : outcome;
}

/* Password and code: only both together clear the account's failures. */
static enum outcome check_both(struct request *request, struct account *account)
{
	enum outcome outcome = reauth_check(
	    request, request_value(request, "current_password"), account);

	if (outcome == OK && account->totp_secret == NULL)
		return TWO_STEP_OFF;
	return outcome == OK ? reauth_code(request, account) : outcome;
}

static enum outcome renew(struct request *request)
{
	struct account account = { 0 };
	enum outcome outcome = check_both(request, &account);

	return outcome == OK ? two_step_renew(request, &account) : outcome;
}

static enum outcome end(struct request *request)
{
	struct account account = { 0 };
	enum outcome outcome = check_both(request, &account);

	return outcome == OK ? two_step_end(request, &account) : outcome;
}

static const struct route routes[] = {
	{ "GET", "/api/me/totp/", NULL, two_step_state, configured },
	{ "POST", "/api/me/totp/", password_alone, begin, configured },
	{ "DELETE", "/api/me/totp/", both, end, configured },
	{ "POST", "/api/me/totp/confirm/", otp_alone, two_step_confirm,
	    configured },
	{ "POST", "/api/me/totp/recovery/", both, renew, configured },
	{ 0 },
};

static const struct service service = { "me_totp", routes, &keyring_access };

int main(int argc, char **argv)
{
	return service_main(&service, argc, argv);
}
