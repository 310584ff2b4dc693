/* json.c - a strict reading of JSON text. */
#include "json.h"

#include <stdbool.h>
#include <string.h>

#include "json_names.h"

struct reader {
	struct arena *arena;
	const char *start, *at, *end;
	struct json_names names;
	unsigned depth;
	const char *fault; /* what is wrong, and where; NULL: nothing yet */
	const char *fault_at;
};

static bool read_value(struct reader *reader);

static bool fail(struct reader *reader, const char *at, const char *fault)
{
	reader->fault = fault;
	reader->fault_at = at;
	return false;
}

/* The next character; NUL at the end and for a NUL byte, which fits nowhere. */
static char peek(const struct reader *reader)
{
	return reader->at < reader->end ? *reader->at : '\0';
}

static bool take(struct reader *reader, char expected)
{
	if (peek(reader) != expected)
		return false;
	reader->at++;
	return true;
}

static void skip_blanks(struct reader *reader)
{
	while (reader->at < reader->end && *reader->at != '\0' &&
	    strchr(" \t\n\r", *reader->at) != NULL)
		reader->at++;
}

static bool is_digit(char character)
{
	return character >= '0' && character <= '9';
}

static bool is_hex(char character)
{
	return is_digit(character) ||
	    ((character | 0x20) >= 'a' && (character | 0x20) <= 'f');
}

/* Size of the UTF-8 sequence at `at` (RFC 3629 section 4); 0: it is none. */
static size_t utf8_size(const char *at, const char *end)
{
	const unsigned char *byte = (const unsigned char *)at;
	size_t size = byte[0] < 0xE0 ? 2 : byte[0] < 0xF0 ? 3 : 4;
	unsigned char low = 0x80, high = 0xBF;

	if (byte[0] < 0xC2 || byte[0] > 0xF4 || (size_t)(end - at) < size)
		return 0;
	if (byte[0] == 0xE0)
		low = 0xA0;
	else if (byte[0] == 0xED)
		high = 0x9F;
	else if (byte[0] == 0xF0)
		low = 0x90;
	else if (byte[0] == 0xF4)
		high = 0x8F;
	if (byte[1] < low || byte[1] > high)
		return 0;
	for (size_t i = 2; i < size; i++)
		if (byte[i] < 0x80 || byte[i] > 0xBF)
			return 0;
	return size;
}

/* From the backslash on. */
static bool read_escape(struct reader *reader)
{
	const char *start = reader->at++;

	if (peek(reader) == '\0' || strchr("\"\\/bfnrtu", peek(reader)) == NULL)
		return fail(reader, start, "unknown escape");
	if (*reader->at++ != 'u')
		return true;
	for (int i = 0; i < 4; i++, reader->at++)
		if (!is_hex(peek(reader)))
			return fail(
			    reader, start, "\\u without four hex digits");
	return true;
}

/* Ends behind the closing quote. */
static bool read_string(struct reader *reader)
{
	const char *start = reader->at++;

	while (reader->at < reader->end && *reader->at != '"') {
		unsigned char byte = (unsigned char)*reader->at;
		size_t size = 1;

		if (byte < 0x20)
			return fail(reader, reader->at,
			    "control character in a string");
		if (byte == '\\') {
			if (!read_escape(reader))
				return false;
			continue;
		}
		if (byte >= 0x80)
			size = utf8_size(reader->at, reader->end);
		if (size == 0)
			return fail(reader, reader->at, "not UTF-8");
		reader->at += size;
	}
	if (reader->at == reader->end)
		return fail(reader, start, "string without an end");
	reader->at++;
	return true;
}

static bool read_digits(struct reader *reader)
{
	if (!is_digit(peek(reader)))
		return fail(reader, reader->at, "expecting a digit");
	while (is_digit(peek(reader)))
		reader->at++;
	return true;
}

static bool read_number(struct reader *reader)
{
	take(reader, '-');
	if (!take(reader, '0') && !read_digits(reader))
		return false;
	if (take(reader, '.') && !read_digits(reader))
		return false;
	if (take(reader, 'e') || take(reader, 'E')) {
		if (!take(reader, '-'))
			take(reader, '+');
		return read_digits(reader);
	}
	return true;
}

static bool read_word(struct reader *reader)
{
	static const char *const words[] = { "true", "false", "null" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t length = strlen(words[i]);

		if ((size_t)(reader->end - reader->at) >= length &&
		    memcmp(reader->at, words[i], length) == 0) {
			reader->at += length;
			return true;
		}
	}
	return fail(reader, reader->at, "expecting a value");
}

static bool read_member(struct reader *reader)
{
	const char *start = reader->at;

	if (peek(reader) != '"')
		return fail(reader, start, "expecting a name in double quotes");
	if (!read_string(reader))
		return false;
	if (!json_names_add(
		&reader->names, reader->arena, start + 1, reader->at - 1))
		return fail(reader, start, "null character in a name");
	skip_blanks(reader);
	if (!take(reader, ':'))
		return fail(reader, reader->at, "expecting ':'");
	return read_value(reader);
}

/* The members of an object or the elements of an array, brackets included. */
static bool read_members(struct reader *reader, bool is_object)
{
	const char close = is_object ? '}' : ']';
	const char *start = reader->at++;

	if (++reader->depth > JSON_DEPTH_MAX)
		return fail(reader, start, "nested too deeply");
	skip_blanks(reader);
	if (!take(reader, close)) {
		for (;;) {
			skip_blanks(reader);
			if (is_object ? !read_member(reader)
				      : !read_value(reader))
				return false;
			if (take(reader, close))
				break;
			if (!take(reader, ','))
				return fail(reader, reader->at,
				    is_object ? "expecting ',' or '}'"
					      : "expecting ',' or ']'");
		}
	}
	reader->depth--;
	return true;
}

static bool read_object(struct reader *reader)
{
	size_t outer = reader->names.count;
	const char *duplicate = NULL;

	if (!read_members(reader, true))
		return false;
	duplicate = json_names_leave(&reader->names, outer);
	if (duplicate != NULL)
		return fail(reader, duplicate - 1, "duplicate name");
	return true;
}

/* With the blanks on both sides. */
static bool read_value(struct reader *reader)
{
	bool is_read = false;
	char first = '\0';

	skip_blanks(reader);
	first = peek(reader);
	if (first == '{')
		is_read = read_object(reader);
	else if (first == '[')
		is_read = read_members(reader, false);
	else if (first == '"')
		is_read = read_string(reader);
	else if (first == '-' || is_digit(first))
		is_read = read_number(reader);
	else
		is_read = read_word(reader);
	skip_blanks(reader);
	return is_read;
}

/* Counts characters, not bytes. */
static const char *describe(const struct reader *reader)
{
	size_t line = 1, column = 1, character = 0;

	for (const char *at = reader->start; at < reader->fault_at; at++) {
		if (((unsigned char)*at & 0xC0) == 0x80)
			continue;
		character++;
		column++;
		if (*at == '\n') {
			line++;
			column = 1;
		}
	}
	return arena_printf(reader->arena, "%s: line %zu column %zu (char %zu)",
	    reader->fault, line, column, character);
}

const char *json_check(struct arena *arena, const char *text, size_t size)
{
	struct reader reader = {
		.arena = arena, .start = text, .at = text, .end = text + size
	};

	if (!read_value(&reader))
		return describe(&reader);
	if (reader.at != reader.end) {
		fail(&reader, reader.at, "text after the value");
		return describe(&reader);
	}
	return NULL;
}
