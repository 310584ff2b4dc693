/* rows.c - what a statement gave. */
#include <stdlib.h>

#include "db_connection.h"
#include "log.h"

static const PGresult *result_of(const struct rows *rows)
{
	return (const PGresult *)(const void *)rows;
}

size_t rows_count(const struct rows *rows)
{
	return (size_t)PQntuples(result_of(rows));
}

const char *rows_text(const struct rows *rows, size_t row, const char *column)
{
	int number = PQfnumber(result_of(rows), column);

	if (number < 0)
		log_fatal("database: a statement gives no column %s", column);
	if (PQgetisnull(result_of(rows), (int)row, number))
		return NULL;
	return PQgetvalue(result_of(rows), (int)row, number);
}

int64_t rows_integer(const struct rows *rows, size_t row, const char *column)
{
	const char *text = rows_text(rows, row, column);

	return text != NULL ? strtoll(text, NULL, 10) : 0;
}

bool rows_boolean(const struct rows *rows, size_t row, const char *column)
{
	const char *text = rows_text(rows, row, column);

	return text != NULL && text[0] == 't';
}
