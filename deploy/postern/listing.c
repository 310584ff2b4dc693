/* listing.c - rows of the database as aligned text or as JSON. */
#include "listing.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "identity.h"
#include "reply.h"
#include "terminal.h"

static const char *heading(struct arena *arena, const char *name)
{
	char *text = arena_string(arena, name);

	for (char *at = text; *at != '\0'; at++)
		if (*at == '_')
			*at = ' ';
	return text;
}

/* The value as people read it. */
static const char *cell(struct arena *arena, const struct rows *rows,
    size_t row, const struct column *column)
{
	const char *text = rows_text(rows, row, column->name);

	if (text == NULL || text[0] == '\0')
		return "-";
	if (column->kind == COLUMN_SWITCH)
		return rows_boolean(rows, row, column->name) ? "yes" : "no";
	return terminal_printable(arena, text);
}

static const char *object(struct arena *arena, const struct rows *rows,
    size_t row, const struct column *columns)
{
	struct reply *reply = reply_open(arena);

	for (; columns->name != NULL; columns++) {
		const char *name = columns->name;

		if (rows_text(rows, row, name) == NULL)
			reply_null(reply, name);
		else if (columns->kind == COLUMN_INTEGER)
			reply_integer(
			    reply, name, rows_integer(rows, row, name));
		else if (columns->kind == COLUMN_SWITCH)
			reply_boolean(
			    reply, name, rows_boolean(rows, row, name));
		else
			reply_string(reply, name, rows_text(rows, row, name));
	}
	return reply_text(reply);
}

static void print_padded(const char *text, size_t width, bool is_last)
{
	size_t length = identity_length(text);

	fputs(text, stdout);
	if (is_last)
		fputc('\n', stdout);
	else
		printf("%*s", (int)(width - length) + 2, "");
}

static size_t width_of(
    struct arena *arena, const struct rows *rows, const struct column *column)
{
	size_t width = strlen(column->name);

	for (size_t row = 0; row < rows_count(rows); row++) {
		size_t length = identity_length(cell(arena, rows, row, column));

		if (length > width)
			width = length;
	}
	return width;
}

static void print_table(
    struct arena *arena, const struct rows *rows, const struct column *columns)
{
	size_t count = 0;
	size_t *widths = NULL;

	while (columns[count].name != NULL)
		count++;
	widths = arena_alloc(arena, count * sizeof *widths);
	for (size_t i = 0; i < count; i++) {
		widths[i] = width_of(arena, rows, &columns[i]);
		print_padded(
		    heading(arena, columns[i].name), widths[i], i + 1 == count);
	}
	for (size_t row = 0; row < rows_count(rows); row++)
		for (size_t i = 0; i < count; i++)
			print_padded(cell(arena, rows, row, &columns[i]),
			    widths[i], i + 1 == count);
}

void listing_rows(const struct context *context, const struct rows *rows,
    const struct column *columns)
{
	if (!context->json) {
		if (rows_count(rows) > 0)
			print_table(context->arena, rows, columns);
		return;
	}
	putchar('[');
	for (size_t row = 0; row < rows_count(rows); row++)
		printf("%s%s", row > 0 ? "," : "",
		    object(context->arena, rows, row, columns));
	puts("]");
}

void listing_line(const struct context *context, const struct rows *rows,
    size_t row, const struct column *columns, const size_t *widths)
{
	struct arena *arena = context->arena;

	if (context->json) {
		puts(object(arena, rows, row, columns));
		return;
	}
	for (size_t i = 0; columns[i].name != NULL; i++) {
		const char *text = cell(arena, rows, row, &columns[i]);
		size_t length = identity_length(text);

		print_padded(text, length > widths[i] ? length : widths[i],
		    columns[i + 1].name == NULL);
	}
}

void listing_cut(const struct rows *rows, int64_t limit)
{
	if ((int64_t)rows_count(rows) == limit)
		terminal_problem("these are the first %" PRId64
				 "; --limit N shows more",
		    limit);
}

void listing_row(const struct context *context, const struct rows *rows,
    const struct column *columns)
{
	struct arena *arena = context->arena;
	size_t width = 0;

	if (context->json) {
		puts(object(arena, rows, 0, columns));
		return;
	}
	for (size_t i = 0; columns[i].name != NULL; i++)
		if (strlen(columns[i].name) > width)
			width = strlen(columns[i].name);
	for (; columns->name != NULL; columns++) {
		print_padded(heading(arena, columns->name), width, false);
		puts(cell(arena, rows, 0, columns));
	}
}
