/* outcome.c - every way in which a request can end: the one table. */
#include "outcome.h"

#include <assert.h>
#include <stddef.h>

#define TOKEN_CODE "token_not_valid"

/* clang-format off */
static const struct answer answers[OUTCOMES] = {
	[OK] = { "ok", 200, SHAPE_REPLY, 0, 0 },
	[CREATED] = { "created", 201, SHAPE_REPLY, 0, 0 },
	[NO_CONTENT] = { "no_content", 204, SHAPE_NONE, 0, 0 },
	[OPTIONS_ANSWERED] = { "options", 204, SHAPE_NONE, 0, 0 },
	[ADMITTED] = { "admitted", 200, SHAPE_NONE, 0, 0 },
	[SIGN_IN_FIRST] = { "sign_in_first", 303, SHAPE_NONE, 0, 0 },

	[REQUEST_MALFORMED] = { "request_malformed", 400, SHAPE_DETAIL,
		"Malformed request.", 0 },
	[REQUEST_TIMED_OUT] = { "request_timed_out", 408, SHAPE_DETAIL,
		"The request body did not arrive in time.", 0 },
	[NOT_FOUND] = { "not_found", 404, SHAPE_DETAIL, "Not found.", 0 },
	[NOT_ACCEPTABLE] = { "not_acceptable", 406, SHAPE_DETAIL,
		"Could not satisfy the request Accept header.", 0 },
	[METHOD_NOT_ALLOWED] = { "method_not_allowed", 405, SHAPE_DETAIL,
		"Method \"%s\" not allowed.", 0 },
	[MEDIA_TYPE_UNSUPPORTED] = { "media_type_unsupported", 415, SHAPE_DETAIL,
		"Unsupported media type \"%s\" in request.", 0 },
	[BODY_TOO_LARGE] = { "body_too_large", 413, SHAPE_DETAIL,
		"Request body is too large.", 0 },
	[BODY_MALFORMED] = { "body_malformed", 400, SHAPE_DETAIL, "%s", 0 },
	[NOT_AN_OBJECT] = { "not_an_object", 400, SHAPE_FIELD,
		"Invalid data. Expected a dictionary, but got %s.",
		"non_field_errors" },
	[NULL_BODY] = { "null_body", 400, SHAPE_FIELD, "No data provided",
		"non_field_errors" },
	[FIELDS_INVALID] = { "fields_invalid", 400, SHAPE_FAULTS, 0, 0 },
	[THROTTLED] = { "throttled", 429, SHAPE_DETAIL,
		"Request was throttled. Expected available in %s.", 0 },
	[UNAVAILABLE] = { "unavailable", 503, SHAPE_DETAIL,
		"Service temporarily unavailable, try again later.", 0 },

	[LOGIN_REFUSED] = { "login_refused", 401, SHAPE_DETAIL,
		"No active account found with the given credentials", 0 },
	[ACCOUNT_REFUSED] = { "account_refused", 401, SHAPE_DETAIL,
		"No active account found for the given token.", 0 },

	[TOKEN_INVALID] = { "token_invalid", 401, SHAPE_TOKEN,
		"Token is invalid", TOKEN_CODE },
	[TOKEN_EXPIRED] = { "token_expired", 401, SHAPE_TOKEN,
		"Token is expired", TOKEN_CODE },
	[TOKEN_BLACKLISTED] = { "token_blacklisted", 401, SHAPE_TOKEN,
		"Token is blacklisted", TOKEN_CODE },
	[TOKEN_WITHOUT_EXP] = { "token_without_exp", 401, SHAPE_TOKEN,
		"Token has no 'exp' claim", TOKEN_CODE },
	[TOKEN_WITHOUT_ID] = { "token_without_id", 401, SHAPE_TOKEN,
		"Token has no id", TOKEN_CODE },
	[TOKEN_WITHOUT_TYPE] = { "token_without_type", 401, SHAPE_TOKEN,
		"Token has no type", TOKEN_CODE },
	[TOKEN_OF_WRONG_TYPE] = { "token_of_wrong_type", 401, SHAPE_TOKEN,
		"Token has wrong type", TOKEN_CODE },
	[REFRESH_EXPIRED] = { "refresh_expired", 401, SHAPE_TOKEN,
		"Token '%s' claim has expired", TOKEN_CODE },
	[TOKEN_WITHOUT_REFRESH_EXP] = { "token_without_refresh_exp", 401,
		SHAPE_TOKEN, "Token has no '%s' claim", TOKEN_CODE },

	[CREDENTIALS_MISSING] = { "credentials_missing", 401, SHAPE_DETAIL,
		"Authentication credentials were not provided.", 0 },
	[AUTHORIZATION_MALFORMED] = { "authorization_malformed", 401, SHAPE_CODE,
		"Authorization header must contain two space-delimited values",
		"bad_authorization_header" },
	[USER_UNIDENTIFIED] = { "user_unidentified", 401, SHAPE_CODE,
		"Token contained no recognizable user identification",
		TOKEN_CODE },
	[USER_NOT_FOUND] = { "user_not_found", 401, SHAPE_CODE,
		"User not found", "user_not_found" },
	[USER_INACTIVE] = { "user_inactive", 401, SHAPE_CODE,
		"User is inactive", "user_inactive" },
	[PASSWORD_CHANGED] = { "password_changed", 401, SHAPE_CODE,
		"The user's password has been changed.", "password_changed" },
	[PERMISSION_DENIED] = { "permission_denied", 403, SHAPE_DETAIL,
		"You do not have permission to perform this action.", 0 },
	[CROSS_SITE] = { "cross_site", 403, SHAPE_DETAIL,
		"CSRF Failed: Origin checking failed.", 0 },

	[UID_INVALID] = { "uid_invalid", 400, SHAPE_FIELD,
		"Invalid user id or user doesn't exist.", "uid" },
	[TICKET_INVALID] = { "ticket_invalid", 400, SHAPE_FIELD,
		"Invalid token for given user.", "token" },
	[TICKET_STALE] = { "ticket_stale", 403, SHAPE_DETAIL,
		"Stale token for given user.", 0 },
	[CURRENT_PASSWORD_WRONG] = { "current_password_wrong", 400, SHAPE_FIELD,
		"Invalid password.", "current_password" },
	[PASSWORDS_DIFFER] = { "passwords_differ", 400, SHAPE_FIELD,
		"The two password fields didn't match.", "non_field_errors" },
	[USERNAMES_DIFFER] = { "usernames_differ", 400, SHAPE_FIELD,
		"The two username fields didn't match.", "non_field_errors" },
	[REGISTRATION_REFUSED] = { "registration_refused", 403, SHAPE_DETAIL,
		"Registration is closed.", 0 },
	[INVITATION_INVALID] = { "invitation_invalid", 400, SHAPE_FIELD,
		"Invalid invitation.", "invitation" },
	[OTP_REQUIRED] = { "otp_required", 401, SHAPE_CODE,
		"A one-time code is required.", "otp_required" },
	[OTP_INVALID] = { "otp_invalid", 401, SHAPE_CODE,
		"The one-time code is not valid.", "otp_invalid" },
	[OTP_MISSING] = { "otp_missing", 400, SHAPE_FIELD,
		"A one-time code is required.", "otp" },
	[OTP_REFUSED] = { "otp_refused", 400, SHAPE_FIELD,
		"The one-time code is not valid.", "otp" },
	[TWO_STEP_ON] = { "two_step_on", 400, SHAPE_DETAIL,
		"Two-step login is enabled already.", 0 },
	[TWO_STEP_OFF] = { "two_step_off", 400, SHAPE_DETAIL,
		"Two-step login is not enabled.", 0 },
	[TWO_STEP_NOT_BEGUN] = { "two_step_not_begun", 400, SHAPE_DETAIL,
		"Two-step login is not being set up.", 0 },
	[USERNAME_TAKEN] = { "username_taken", 400, SHAPE_FIELD,
		"A user with that username already exists.", "username" },
	[NEW_USERNAME_TAKEN] = { "username_taken", 400, SHAPE_FIELD,
		"A user with that username already exists.", "new_username" },
	[EMAIL_TAKEN] = { "email_taken", 400, SHAPE_FIELD,
		"user with this email already exists.", "email" },
};

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{ 200, "OK" }, { 201, "Created" }, { 204, "No Content" },
	{ 303, "See Other" },
	{ 400, "Bad Request" }, { 401, "Unauthorized" }, { 403, "Forbidden" },
	{ 404, "Not Found" }, { 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" }, { 408, "Request Timeout" },
	{ 413, "Content Too Large" }, { 415, "Unsupported Media Type" },
	{ 429, "Too Many Requests" }, { 503, "Service Unavailable" },
};
/* clang-format on */

const struct answer *outcome_answer(enum outcome outcome)
{
	assert(outcome < OUTCOMES && answers[outcome].status != 0);
	return &answers[outcome];
}

const char *outcome_reason(int status)
{
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	assert(0 && "a status of the table has its reason");
	return "";
}
