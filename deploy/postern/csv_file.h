/*
 * csv_file.h - files of comma-separated values (RFC 4180). Wraps libcsv.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CSV_FIELDS_MAX 100
#define CSV_FIELD_SIZE_MAX 65536 /* bytes */

/* One row. `fields` live until the next one comes. */
struct csv_row {
	int64_t line; /* where it begins, from 1 */
	size_t
	    count; /* of its fields; beyond CSV_FIELDS_MAX they are not kept */
	const char *const *fields;
	const char *fault; /* why it cannot be used, or NULL */
};

/* Returns false when no more rows are wanted. */
typedef bool csv_each(void *context, const struct csv_row *row);

/*
 * Reads a file, or standard input for "-", and calls `each` for every row; it
 * holds one at a time. Lines end in LF, CR LF or CR; a mark of the byte order
 * (UTF-8) is passed over, and so are empty lines. A row with a quote in the
 * wrong place is given with its fault, and reading goes on with the next line.
 * Returns true, or false and an errno value when the file cannot be read:
 * EFBIG for a field that does not end within 16 MiB.
 */
bool csv_file_read(const char *path, csv_each *each, void *context);

/* Writes a row, each field in quotes, the line ended by CR LF. */
void csv_file_write(FILE *to, const char *const *fields, size_t count);
