/* body_form.c - the fields of a form. */
#include <ctype.h>
#include <string.h>

#include "body_given.h"

static int hex(char digit)
{
	int c = tolower((unsigned char)digit);

	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* Decodes name or value of a form in place (WHATWG URL section 5.1). */
static size_t decode(char *text, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < size; i++) {
		char c = text[i];

		if (c == '+') {
			c = ' ';
		} else if (c == '%' && i + 2 < size &&
		    isxdigit((unsigned char)text[i + 1]) &&
		    isxdigit((unsigned char)text[i + 2])) {
			c = (char)(hex(text[i + 1]) << 4 | hex(text[i + 2]));
			i += 2;
		}
		text[used++] = c;
	}
	return used;
}

static void take(const struct request *request, size_t i, struct given *given,
    size_t room, const struct given *value)
{
	if ((request->fields[i].flags & FIELD_LIST) == 0)
		given[i] = *value;
	else if (value->size == 0 && given[i].kind == MISSING)
		given[i].kind = LIST;
	else
		given_append(
		    request->arena, &given[i], room, value->text, value->size);
}

void body_form(
    const struct request *request, char *text, size_t size, struct given *given)
{
	char *end = text + size;

	while (text < end) {
		char *stop = memchr(text, '&', (size_t)(end - text));
		struct given value = { .kind = TEXT };
		char *equals = NULL, *start = NULL;
		size_t name_size = 0;

		if (stop == NULL)
			stop = end;
		equals = memchr(text, '=', (size_t)(stop - text));
		start = equals != NULL ? equals + 1 : stop;
		name_size =
		    decode(text, (size_t)((equals ? equals : stop) - text));
		value.size = decode(start, (size_t)(stop - start));
		value.text = start;
		for (size_t i = 0; request->fields[i].name != NULL; i++)
			if (strlen(request->fields[i].name) == name_size &&
			    memcmp(request->fields[i].name, text, name_size) ==
				0)
				take(request, i, given, size, &value);
		text = stop + 1;
	}
}
