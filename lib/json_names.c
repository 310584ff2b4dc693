/* json_names.c - the names in the objects of a JSON text. */
#include "json_names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT 0xFFFDU

static uint32_t digit_value(char digit)
{
	if (digit <= '9')
		return (uint32_t)(digit - '0');
	return (uint32_t)((digit | 0x20) - 'a' + 10);
}

/* The four hex digits after \u. */
static uint32_t unit_at(const char *digits)
{
	return digit_value(digits[0]) << 12 | digit_value(digits[1]) << 8 |
	    digit_value(digits[2]) << 4 | digit_value(digits[3]);
}

static char *put_utf8(char *to, uint32_t code)
{
	if (code < 0x80) {
		*to++ = (char)code;
		return to;
	}
	if (code < 0x800) {
		*to++ = (char)(0xC0 | code >> 6);
	} else {
		if (code < 0x10000) {
			*to++ = (char)(0xE0 | code >> 12);
		} else {
			*to++ = (char)(0xF0 | code >> 18);
			*to++ = (char)(0x80 | (code >> 12 & 0x3F));
		}
		*to++ = (char)(0x80 | (code >> 6 & 0x3F));
	}
	*to++ = (char)(0x80 | (code & 0x3F));
	return to;
}

/* The code point of the \u escape at *text, which moves behind it. */
static uint32_t take_escaped(const char **text, const char *end)
{
	uint32_t unit = unit_at(*text + 2);
	uint32_t low = 0;

	*text += 6;
	if (unit < 0xD800 || unit > 0xDFFF)
		return unit;
	if (unit > 0xDBFF || end - *text < 6 || (*text)[0] != '\\' ||
	    (*text)[1] != 'u')
		return REPLACEMENT;
	low = unit_at(*text + 2);
	if (low < 0xDC00 || low > 0xDFFF)
		return REPLACEMENT;
	*text += 6;
	return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
}

static char plain_escape(char letter)
{
	static const char letters[] = "bfnrt";
	static const char meanings[] = "\b\f\n\r\t";
	const char *found = strchr(letters, letter);

	return found == NULL ? letter : meanings[found - letters];
}

/* No escape is shorter than what it stands for. */
static bool unescape(char *to, const char *text, const char *end, size_t *size)
{
	const char *start = to;

	while (text < end) {
		if (*text != '\\') {
			*to++ = *text++;
		} else if (text[1] != 'u') {
			*to++ = plain_escape(text[1]);
			text += 2;
		} else {
			uint32_t code = take_escaped(&text, end);

			if (code == 0)
				return false;
			to = put_utf8(to, code);
		}
	}
	*size = (size_t)(to - start);
	return true;
}

static void make_room(struct json_names *names, struct arena *arena)
{
	size_t room = names->room == 0 ? 16 : 2 * names->room;
	struct json_name *more = arena_alloc(arena, room * sizeof *more);

	if (names->count > 0)
		memcpy(more, names->names, names->count * sizeof *more);
	names->names = more;
	names->room = room;
}

bool json_names_add(struct json_names *names, struct arena *arena,
    const char *text, const char *end)
{
	size_t length = (size_t)(end - text);
	struct json_name name = { text, length, text };

	if (memchr(text, '\\', length) != NULL) {
		char *bytes = arena_alloc(arena, length + 1);

		if (!unescape(bytes, text, end, &name.size))
			return false;
		name.bytes = bytes;
	}
	if (names->count == names->room)
		make_room(names, arena);
	names->names[names->count++] = name;
	return true;
}

/* Equal names keep the order in which they stand in the text. */
static int compare(const void *left, const void *right)
{
	const struct json_name *a = left;
	const struct json_name *b = right;
	int order = 0;

	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	order = memcmp(a->bytes, b->bytes, a->size);
	if (order != 0)
		return order;
	return (a->place > b->place) - (a->place < b->place);
}

const char *json_names_leave(struct json_names *names, size_t keep)
{
	size_t count = names->count - keep;
	struct json_name *own = names->names + keep;

	names->count = keep;
	if (count < 2)
		return NULL;
	qsort(own, count, sizeof *own, compare);
	for (size_t i = 1; i < count; i++)
		if (own[i].size == own[i - 1].size &&
		    memcmp(own[i].bytes, own[i - 1].bytes, own[i].size) == 0)
			return own[i].place;
	return NULL;
}
