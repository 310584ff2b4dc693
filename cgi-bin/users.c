/*
 * users - accounts: to everybody the own one, to staff all of them.
 *
 *	GET /api/users/ ?page=1&search=TEXT
 *	200 a list; to staff a page of 50, with Link and X-Total-Count
 *	GET /api/users/ID/
 *	200 {"email", "id", "username", "first_name", "last_name"}; to staff also
 *	"is_active", "is_banned", "is_staff", "groups", "created", "last_login"
 *	PUT, PATCH /api/users/ID/ {first_name, last_name}; of staff also
 *	{is_active, is_banned, is_staff, groups}
 *	200 the same; what is not sent stays
 *	DELETE /api/users/ID/ {current_password, otp}: those of the bearer
 *	204
 *	404 there is no such account, or not for the bearer
 *
 * What is for staff changes nothing when somebody else sends it, nor in one's
 * own account. `search` is how username, address or a name begins.
 *
 * Trusted with: reading, changing and deleting accounts, reading the bearer's
 * hash, the keys, the one that seals secrets of two-step login too.
 */
#include <stdlib.h>

#include "bearer.h"
#include "fields.h"
#include "reauth.h"
#include "service.h"
#include "users.h"

#define SEARCH_MAX 150  /* code points */
#define GROUPS_MAX 8192 /* code points of all together */

static const struct field query[] = {
	{ "page", 0, FIELD_OPTIONAL, field_page, NULL },
	{ "search", SEARCH_MAX, FIELD_OPTIONAL, field_name, NULL },
	{ 0 },
};

static const struct field changes[] = {
	{ "first_name", PERSON_NAME_MAX, FIELD_OPTIONAL, field_name, NULL },
	{ "last_name", PERSON_NAME_MAX, FIELD_OPTIONAL, field_name, NULL },
	{ "is_active", 0, FIELD_OPTIONAL | FIELD_SWITCH, NULL, NULL },
	{ "is_banned", 0, FIELD_OPTIONAL | FIELD_SWITCH, NULL, NULL },
	{ "is_staff", 0, FIELD_OPTIONAL | FIELD_SWITCH, NULL, NULL },
	{ "groups", GROUPS_MAX, FIELD_OPTIONAL | FIELD_LIST, field_groups,
	    NULL },
	{ 0 },
};

static const struct field password[] = {
	{ "current_password", PASSWORD_SIZE_MAX, FIELD_SECRET, NULL, NULL },
	REAUTH_OTP,
	{ 0 },
};

static enum outcome list(struct request *request)
{
	const char *page = request_value(request, "page");

	return users_list(request, *page != '\0' ? strtoll(page, NULL, 10) : 1,
	    request_value(request, "search"));
}

static enum outcome show(struct request *request)
{
	struct visible visible = { 0 };
	enum outcome outcome = users_find(request, &visible);

	if (outcome != OK)
		return outcome;
	request->reply = reply_open(request->arena);
	users_show(request->reply, visible.rows, 0, visible.by_staff);
	return OK;
}

static enum outcome change(struct request *request)
{
	const struct change change = {
		.first_name = request_given(request, "first_name"),
		.last_name = request_given(request, "last_name"),
		.is_active = request_given(request, "is_active"),
		.is_banned = request_given(request, "is_banned"),
		.is_staff = request_given(request, "is_staff"),
		.groups = request_given(request, "groups"),
	};
	struct visible visible = { 0 };
	enum outcome outcome = users_find(request, &visible);

	if (outcome == OK)
		outcome = users_change(request, &visible, &change);
	return outcome == OK ? show(request) : outcome;
}

static enum outcome end(struct request *request)
{
	struct visible visible = { 0 };
	enum outcome outcome = users_find(request, &visible);

	if (outcome != OK)
		return outcome;
	return users_delete(
	    request, &visible, request_value(request, "current_password"));
}

/* It is the program `register` that takes it: the web server chooses by the
 * method. Here it stands for Allow. */
static enum outcome elsewhere(struct request *request)
{
	(void)request;
	return NOT_FOUND;
}

/* clang-format off */
static const struct route routes[] = {
	{ "GET", "/api/users/", query, list, bearer_check_user },
	{ "GET", "/api/users/{id}/", NULL, show, bearer_check_user },
	{ "PUT", "/api/users/{id}/", changes, change, bearer_check_user },
	{ "PATCH", "/api/users/{id}/", changes, change, bearer_check_user },
	{ "DELETE", "/api/users/{id}/", password, end, bearer_check_user },
	{ "GET", "/auth/users/", query, list, bearer_check_user },
	{ "POST", "/auth/users/", NULL, elsewhere, NULL },
	{ "GET", "/auth/users/{id}/", NULL, show, bearer_check_user },
	{ "PUT", "/auth/users/{id}/", changes, change, bearer_check_user },
	{ "PATCH", "/auth/users/{id}/", changes, change, bearer_check_user },
	{ "DELETE", "/auth/users/{id}/", password, end, bearer_check_user },
	{ 0 },
};
/* clang-format on */

static const struct service service = { "users", routes, &keyring_access };

int main(int argc, char **argv)
{
	return service_main(&service, argc, argv);
}
