/* fields.c - the checks that fields of several endpoints share. */
#include "fields.h"

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

void field_address(
    struct request *request, const struct field *field, const char *value)
{
	if (identity_address(request->arena, value) == NULL)
		request_fault(
		    request, field->name, "Enter a valid email address.");
}

/* C0, DEL and C1; NUL, which has a sentence of its own, comes as \001. */
static bool is_control(const unsigned char *text)
{
	if (text[0] == 0xc2)
		return text[1] < 0xa0;
	return (text[0] < 0x20 && text[0] != '\001') || text[0] == 0x7f;
}

void field_name(
    struct request *request, const struct field *field, const char *value)
{
	if (!identity_is_utf8(value)) {
		request_fault(request, field->name, "Not a valid string.");
		return;
	}
	for (; *value != '\0'; value++)
		if (is_control((const unsigned char *)value)) {
			request_fault(request, field->name,
			    "Control characters are not allowed.");
			return;
		}
}

bool field_password_is_good(struct request *request, const char *field,
    const char *password, const struct person *person)
{
	const char *faults[PASSWORD_FAULTS_MAX];
	size_t count = password_faults(
	    request->arena, request->config, password, person, faults);

	for (size_t i = 0; i < count; i++)
		request_fault(request, field, faults[i]);
	return count == 0;
}
