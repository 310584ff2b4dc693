/* gate_path.c - the path of a request as rules compare it. */
#include "gate_path.h"

#include <stdint.h>
#include <string.h>

#include "identity.h"

static int hex_digit(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = NULL;

	if (digit >= 'A' && digit <= 'F')
		digit = (char)(digit - 'A' + 'a');
	found = digit != '\0' ? strchr(digits, digit) : NULL;
	return found != NULL ? (int)(found - digits) : -1;
}

/* Decodes in place. Returns false for what is no escape, or of a slash. */
static bool decode(char *text)
{
	char *out = text;

	for (; *text != '\0'; text++) {
		int high = 0, low = 0;

		if (*text != '%') {
			*out++ = *text;
			continue;
		}
		high = hex_digit(text[1]);
		low = high >= 0 ? hex_digit(text[2]) : -1;
		if (low < 0)
			return false;
		*out = (char)(high * 16 + low);
		if (*out == '/' || *out == '\0')
			return false;
		out++;
		text += 2;
	}
	*out = '\0';
	return true;
}

/* Some programs take what follows a semicolon away before they see the dots. */
static bool is_doubtful(const char *segment, size_t length)
{
	size_t dots = strspn(segment, ".");

	return (dots == 1 || dots == 2) && dots < length &&
	    segment[dots] == ';';
}

static bool is_dots(const char *segment, size_t length, size_t dots)
{
	return length == dots && strncmp(segment, "..", dots) == 0;
}

/* Takes the last segment away. Returns false above the root. */
static bool go_up(char *path, size_t *used)
{
	if (*used == 0)
		return false;
	do
		--*used;
	while (path[*used] != '/');
	return true;
}

static const char *resolve(struct arena *arena, const char *text)
{
	char *path = arena_alloc(arena, strlen(text) + 2);
	size_t used = 0;
	bool is_folder = false;

	while (*text != '\0') {
		size_t length = 0;

		text += strspn(text, "/");
		length = strcspn(text, "/");
		is_folder = length == 0 || is_dots(text, length, 1) ||
		    is_dots(text, length, 2);
		if (is_doubtful(text, length) ||
		    (is_dots(text, length, 2) && !go_up(path, &used)))
			return NULL;
		if (!is_folder) {
			path[used++] = '/';
			memcpy(path + used, text, length);
			used += length;
		}
		text += length;
	}
	if (is_folder)
		path[used++] = '/';
	path[used] = '\0';
	return path;
}

const char *gate_path(struct arena *arena, const char *target, bool is_encoded)
{
	size_t length = is_encoded ? strcspn(target, "?") : strlen(target);
	char *text = arena_copy(arena, target, length);

	if (*text != '/' || (is_encoded && !decode(text)) ||
	    strpbrk(text, "\\%#") != NULL || !identity_is_plain(text))
		return NULL;
	return resolve(arena, text);
}

bool gate_path_is_below(const char *path, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(path, prefix, length) == 0 &&
	    (path[length] == '\0' || path[length] == '/');
}

const char *gate_path_encode(struct arena *arena, const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~/";
	static const char digits[] = "0123456789ABCDEF";
	char *encoded = arena_alloc(arena, strlen(path) * 3 + 1);
	char *out = encoded;

	for (; *path != '\0'; path++) {
		uint8_t byte = (uint8_t)*path;

		if (strchr(plain, *path) != NULL) {
			*out++ = *path;
			continue;
		}
		*out++ = '%';
		*out++ = digits[byte >> 4];
		*out++ = digits[byte & 15];
	}
	return encoded;
}
