/* export.c - writes out all that is known about accounts. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "csv_file.h"
#include "options.h"
#include "queries.h"
#include "reply.h"
#include "terminal.h"

#define BATCH 2000 /* accounts read at a time */

/* One state of the database, however long it takes. */
#define BEGIN "begin isolation level repeatable read, read only"

enum kind { TEXT, SWITCH, LIST };

static const struct {
	const char *name;
	enum kind kind;
} columns[] = {
	{ "id", TEXT },
	{ "username", TEXT },
	{ "email", TEXT },
	{ "first_name", TEXT },
	{ "last_name", TEXT },
	{ "password", TEXT },
	{ "verified", TEXT },
	{ "banned", TEXT },
	{ "staff", SWITCH },
	{ "groups", LIST },
	{ "created", TEXT },
	{ "last_login", TEXT },
	{ "two_step", SWITCH },
};

#define COLUMNS (sizeof columns / sizeof *columns)

struct writing {
	struct context *context;
	struct db *db;
	FILE *to;
	bool is_json;
	int64_t count;
};

static void write_csv(FILE *to, const struct rows *rows, size_t row)
{
	const char *fields[COLUMNS];

	for (size_t i = 0; i < COLUMNS; i++) {
		const char *text = rows_text(rows, row, columns[i].name);

		if (columns[i].kind == SWITCH)
			text = rows_boolean(rows, row, columns[i].name) ? "yes"
									: "no";
		fields[i] = text != NULL ? text : "";
	}
	csv_file_write(to, fields, COLUMNS);
}

static void add_list(struct reply *reply, const char *name, const char *text)
{
	reply_list(reply, name);
	while (*text != '\0') {
		size_t size = strcspn(text, ";");

		reply_append_bytes(reply, name, text, size);
		text += size + (text[size] == ';');
	}
}

static void write_json(
    struct arena *arena, FILE *to, const struct rows *rows, size_t row)
{
	struct reply *reply = reply_open(arena);

	for (size_t i = 0; i < COLUMNS; i++) {
		const char *name = columns[i].name;
		const char *text = rows_text(rows, row, name);

		if (columns[i].kind == SWITCH)
			reply_boolean(
			    reply, name, rows_boolean(rows, row, name));
		else if (columns[i].kind == LIST)
			add_list(reply, name, text != NULL ? text : "");
		else if (text == NULL)
			reply_null(reply, name);
		else
			reply_string(reply, name, text);
	}
	fprintf(to, "%s\n", reply_text(reply));
}

static void write_header(struct writing *writing)
{
	const char *names[COLUMNS];

	for (size_t i = 0; i < COLUMNS; i++)
		names[i] = columns[i].name;
	if (!writing->is_json)
		csv_file_write(writing->to, names, COLUMNS);
}

/* Writes the accounts behind *last. Returns false when that cannot be done. */
static bool write_batch(struct writing *writing, int64_t *last, size_t *count)
{
	struct arena *arena = arena_open();
	const struct rows *rows = NULL;
	bool is_good =
	    DB_RUN(writing->db, arena, &query_export_users, &rows,
		db_integer(arena, *last), db_integer(arena, BATCH)) == OK;

	*count = is_good ? rows_count(rows) : 0;
	for (size_t i = 0; i < *count; i++) {
		if (writing->is_json)
			write_json(arena, writing->to, rows, i);
		else
			write_csv(writing->to, rows, i);
		*last = rows_integer(rows, i, "number");
	}
	writing->count += (int64_t)*count;
	arena_close(arena);
	return is_good;
}

static bool write_all(struct writing *writing)
{
	const struct rows *none = NULL;
	size_t count = BATCH;
	int64_t last = 0;

	if (db_run(writing->db, writing->context->arena, &query_export_noted,
		NULL, 0, &none) != OK ||
	    db_script(writing->db, BEGIN) != OK)
		return false;
	write_header(writing);
	while (count == BATCH && !ferror(writing->to))
		if (!write_batch(writing, &last, &count))
			return false;
	if (fflush(writing->to) == 0 && !ferror(writing->to))
		return true;
	terminal_problem("the accounts are not written: %s", strerror(errno));
	return false;
}

/* A file that is there is left alone. Returns NULL after saying why. */
static FILE *open_output(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	FILE *to = fd >= 0 ? fdopen(fd, "w") : NULL;

	if (to == NULL) {
		terminal_problem("%s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
	}
	return to;
}

/* Half of the accounts are not left where all of them are expected. */
static bool close_output(
    struct writing *writing, const char *path, bool is_good)
{
	if (fclose(writing->to) != 0 && is_good) {
		terminal_problem("%s: %s", path, strerror(errno));
		is_good = false;
	}
	if (!is_good)
		unlink(path);
	return is_good;
}

static void print_summary(const struct writing *writing)
{
	struct reply *reply = reply_open(writing->context->arena);

	reply_boolean(reply, "done", true);
	reply_integer(reply, "accounts", writing->count);
	if (writing->context->json)
		puts(reply_text(reply));
	else
		printf("%" PRId64 " accounts are written\n", writing->count);
}

static int run(struct context *context, const char *format, const char *path)
{
	struct writing writing = { .context = context, .to = stdout };
	bool is_good = false;

	writing.is_json = format != NULL ? strcmp(format, "json") == 0
					 : context->json && path == NULL;
	if (path != NULL)
		writing.to = open_output(path);
	if (writing.to == NULL)
		return NOT_DONE;
	writing.db = db_open(context->config->database, false);
	is_good = write_all(&writing);
	db_close(writing.db);
	if (path != NULL)
		is_good = close_output(&writing, path, is_good);
	if (is_good && path != NULL)
		print_summary(&writing);
	return is_good ? DONE : NOT_DONE;
}

static int export_accounts(struct context *context, int argc, char **argv)
{
	enum { FORMAT, OUTPUT, VALUES };
	static const struct option options[] = {
		{ "format", required_argument, NULL, FORMAT },
		{ "output", required_argument, NULL, OUTPUT },
		{ 0 },
	};
	const char *values[VALUES] = { 0 };

	if (!options_read(
		argc, argv, options, values, (struct operands){ 0, 0 }))
		return WRONG_USAGE;
	if (values[FORMAT] != NULL && strcmp(values[FORMAT], "csv") != 0 &&
	    strcmp(values[FORMAT], "json") != 0) {
		terminal_problem(
		    "--format: \"%s\" is not csv or json", values[FORMAT]);
		return WRONG_USAGE;
	}
	return run(context, values[FORMAT], values[OUTPUT]);
}

const struct command export_commands[] = {
	{ "export", "[--format csv|json] [--output FILE]",
	    "Writes all accounts with their password hashes, as CSV that import\n"
	    "      csv reads or as a JSON object a line; FILE must not be there.",
	    export_accounts },
	{ 0 },
};
