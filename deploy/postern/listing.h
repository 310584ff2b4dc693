/* listing.h - rows of the database as aligned text or as JSON. */
#pragma once
#include "command.h"

enum column_kind { COLUMN_TEXT, COLUMN_INTEGER, COLUMN_SWITCH };

/* A column of a statement. The last of a table has no name. */
struct column {
	const char *name; /* in SQL and in JSON; people see blanks for _ */
	enum column_kind kind;
};

/* Prints the rows below their headings, or a JSON list of objects. */
void listing_rows(const struct context *context, const struct rows *rows,
    const struct column *columns);

/*
 * Prints one row as a line: text in columns of those widths, or wider where it
 * does not fit, or a JSON object.
 */
void listing_line(const struct context *context, const struct rows *rows,
    size_t row, const struct column *columns, const size_t *widths);

/* Says that there may be more rows than the limit let through. */
void listing_cut(const struct rows *rows, int64_t limit);

/* Prints the first row, a line for each column, or one JSON object. */
void listing_row(const struct context *context, const struct rows *rows,
    const struct column *columns);
