/* fields.c - the checks that fields of several endpoints share. */
#include "fields.h"

#include <string.h>

#include "address.h"
#include "identity.h"

void field_username(
    struct request *request, const struct field *field, const char *value)
{
	const char *canonical = identity_canonical(request->arena, value);

	if (identity_username(request->arena, value) == NULL)
		request_fault(request, field->name,
		    "Enter a valid username. This value may contain only "
		    "letters, numbers, and @/./+/-/_ characters.");
	else if (identity_is_reserved(
		     canonical, request->config->reserved_usernames))
		request_fault(
		    request, field->name, "This username is not available.");
}

bool field_username_is_own(struct request *request, const char *field,
    const char *username, const char *address)
{
	if (request->config->login_field == LOGIN_USERNAME ||
	    identity_is_own_name(request->arena, username, address))
		return true;
	request_fault(request, field,
	    "A username with @ in it must be the own email address.");
	return false;
}

void field_address(
    struct request *request, const struct field *field, const char *value)
{
	if (address_shown(request->arena, value) == NULL)
		request_fault(
		    request, field->name, "Enter a valid email address.");
}

void field_name(
    struct request *request, const struct field *field, const char *value)
{
	if (!identity_is_name(value))
		request_fault(request, field->name,
		    "Control characters are not allowed.");
}

void field_groups(
    struct request *request, const struct field *field, const char *value)
{
	while (*value != '\0') {
		size_t length = strcspn(value, "\n");

		if (!identity_is_group(value, length)) {
			request_fault(request, field->name,
			    "A group has 1 to 150 letters, digits, blanks and "
			    "@/./+/-/_ characters.");
			return;
		}
		value += length + (value[length] == '\n');
	}
}

void field_page(
    struct request *request, const struct field *field, const char *value)
{
	size_t digits = strspn(value, "0123456789");

	if (*value == '0' || digits > 6 || value[digits] != '\0')
		request_fault(
		    request, field->name, "A valid page number is required.");
}

bool field_is_retyped(const struct request *request, bool is_asked_for,
    const char *field, const char *again)
{
	return !is_asked_for ||
	    strcmp(request_value(request, field),
		request_value(request, again)) == 0;
}
