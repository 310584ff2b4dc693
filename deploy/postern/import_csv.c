/* import_csv.c - accounts out of a file. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "csv_file.h"
#include "import.h"
#include "terminal.h"

struct name {
	const char *name;
	enum import_column column;
};

static const struct name our_names[] = {
	{ "id", COLUMN_ID },
	{ "username", COLUMN_USERNAME },
	{ "email", COLUMN_EMAIL },
	{ "first_name", COLUMN_FIRST_NAME },
	{ "last_name", COLUMN_LAST_NAME },
	{ "password", COLUMN_PASSWORD },
	{ "verified", COLUMN_VERIFIED },
	{ "banned", COLUMN_BANNED },
	{ "staff", COLUMN_STAFF },
	{ "groups", COLUMN_GROUPS },
	{ "created", COLUMN_CREATED },
	{ "last_login", COLUMN_LAST_LOGIN },
	{ 0 },
};

static const struct name django_names[] = {
	{ "id", COLUMN_ID },
	{ "username", COLUMN_USERNAME },
	{ "email", COLUMN_EMAIL },
	{ "first_name", COLUMN_FIRST_NAME },
	{ "last_name", COLUMN_LAST_NAME },
	{ "password", COLUMN_PASSWORD },
	{ "is_active", COLUMN_IS_ACTIVE },
	{ "is_staff", COLUMN_IS_STAFF },
	{ "is_superuser", COLUMN_IS_SUPERUSER },
	{ "date_joined", COLUMN_CREATED },
	{ "last_login", COLUMN_LAST_LOGIN },
	{ "groups", COLUMN_GROUPS },
	{ 0 },
};

/* What is read of a file, once its first line has said what is where. */
struct source {
	struct import *import;
	bool is_django;
	bool has_header, is_good;
	size_t count;                /* of the columns */
	int columns[CSV_FIELDS_MAX]; /* enum import_column, -1: not used */
};

static int find_column(const struct source *source, const char *title)
{
	const struct name *name = source->is_django ? django_names : our_names;

	for (; name->name != NULL; name++)
		if (strcasecmp(name->name, title) == 0)
			return (int)name->column;
	return -1;
}

static bool has_column(const struct source *source, enum import_column column)
{
	for (size_t i = 0; i < source->count; i++)
		if (source->columns[i] == (int)column)
			return true;
	return false;
}

/* Returns what is wrong with the first line, or NULL. */
static const char *fault_of_header(
    struct source *source, const struct csv_row *row)
{
	struct arena *arena = source->import->context->arena;

	if (row->fault != NULL)
		return row->fault;
	if (row->count > CSV_FIELDS_MAX)
		return "it has more than 100 columns";
	for (size_t i = 0; i < row->count; i++) {
		const char *title = row->fields[i];
		int column = find_column(source, title);

		if (column >= 0 &&
		    has_column(source, (enum import_column)column))
			return arena_printf(
			    arena, "the column %s is there twice", title);
		if (column < 0)
			terminal_problem("the column \"%s\" is not used",
			    terminal_printable(arena, title));
		source->columns[source->count++] = column;
	}
	if (!has_column(source, COLUMN_USERNAME) ||
	    !has_column(source, COLUMN_EMAIL) ||
	    !has_column(source, COLUMN_PASSWORD))
		return "its first line does not name the columns username, "
		       "email and password, with commas between";
	return NULL;
}

static bool take_header(struct source *source, const struct csv_row *row)
{
	const char *fault = fault_of_header(source, row);

	source->has_header = true;
	source->is_good = fault == NULL;
	if (fault != NULL)
		terminal_problem("the file cannot be used: %s", fault);
	return source->is_good;
}

static bool take_row(struct source *source, const struct csv_row *row)
{
	const char *columns[IMPORT_COLUMNS] = { 0 };

	char place[32];

	snprintf(place, sizeof place, "line %" PRId64, row->line);
	if (row->fault != NULL || row->count != source->count) {
		source->import->counts.read++;
		import_refuse(source->import, place,
		    row->fault != NULL
			? row->fault
			: "it has not as many columns as the first line");
		return true;
	}
	for (size_t i = 0; i < row->count; i++)
		if (source->columns[i] >= 0)
			columns[source->columns[i]] = row->fields[i];
	if (source->is_django)
		import_translate_django(columns);
	source->is_good = import_take(source->import, place, columns);
	return source->is_good;
}

static bool take(void *context, const struct csv_row *row)
{
	struct source *source = context;

	return source->has_header ? take_row(source, row)
				  : take_header(source, row);
}

bool import_from_csv(struct import *import, const char *path, bool is_django)
{
	struct source source = {
		.import = import, .is_django = is_django, .is_good = true
	};

	if (!csv_file_read(path, take, &source)) {
		terminal_problem("%s: %s", path,
		    errno == EFBIG ? "a quote is opened and not closed again"
				   : strerror(errno));
		return false;
	}
	return source.is_good;
}
