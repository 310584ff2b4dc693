/* import.c - takes in the accounts of another system. */
#include "import.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "config.h"
#include "options.h"
#include "reply.h"
#include "terminal.h"

#define PROGRESS_MS 5000
#define SEEN                                                          \
	"create temporary table import_seen (key text collate \"C\" " \
	"primary key, row text not null)"

/* Many rows are looked up, which takes less time than to compile for it. */
#define SESSION "set jit = off; set random_page_cost = 1.1"

enum value { DSN, CSV, VALUES };

struct choices {
	int dry_run, update;
	const char *values[VALUES];
};

void import_refuse(struct import *import, const char *place, const char *reason)
{
	import->counts.refused++;
	terminal_problem("%s: %s", place, reason);
}

static void tell_progress(struct import *import)
{
	int64_t now = clock_milliseconds();

	if (now - import->told_at < PROGRESS_MS)
		return;
	import->told_at = now;
	terminal_problem("%" PRId64 " rows read so far", import->counts.read);
}

bool import_take(struct import *import, const char *place,
    const char *const columns[IMPORT_COLUMNS])
{
	struct import_row *row = &import->rows[import->count];
	const char *copies[IMPORT_COLUMNS], *fault = NULL;

	for (size_t i = 0; i < IMPORT_COLUMNS; i++)
		copies[i] = columns[i] != NULL
		    ? arena_string(import->arena, columns[i])
		    : NULL;
	*row = (struct import_row){ .state = IMPORT_READ };
	row->place = arena_string(import->arena, place);
	import->counts.read++;
	fault =
	    import_check(import->arena, import->context->config, copies, row);
	tell_progress(import);
	if (fault != NULL) {
		import_refuse(import, place, fault);
		return true;
	}
	import->count++;
	return import->count < IMPORT_BATCH || import_flush(import);
}

static void print_summary(const struct import *import)
{
	const struct import_counts *counts = &import->counts;
	struct reply *reply = reply_open(import->context->arena);

	if (import->context->json) {
		reply_boolean(reply, "dry_run", import->dry_run);
		reply_integer(reply, "read", counts->read);
		reply_integer(reply, "added", counts->added);
		reply_integer(reply, "unchanged", counts->unchanged);
		reply_integer(reply, "updated", counts->updated);
		reply_integer(reply, "refused", counts->refused);
		puts(reply_text(reply));
		return;
	}
	printf("%" PRId64 " read: %" PRId64 " %s, %" PRId64
	       " unchanged, %" PRId64 " %s, %" PRId64 " refused\n",
	    counts->read, counts->added,
	    import->dry_run ? "would be added" : "added", counts->unchanged,
	    counts->updated, import->dry_run ? "would be updated" : "updated",
	    counts->refused);
}

static bool begin(struct import *import, struct context *context,
    const struct choices *choices)
{
	import->context = context;
	import->dry_run = choices->dry_run;
	import->update = choices->update;
	import->told_at = clock_milliseconds();
	import->arena = arena_open();
	import->rows =
	    arena_alloc(context->arena, IMPORT_BATCH * sizeof *import->rows);
	import->db = db_open(context->config->database, false);
	return db_script(import->db, SESSION) == OK &&
	    (!import->dry_run || db_script(import->db, SEEN) == OK);
}

static int end(struct import *import, bool is_good)
{
	/* What was read before the source failed is good. */
	is_good = import_flush(import) && is_good;
	db_close(import->db);
	arena_close(import->arena);
	print_summary(import);
	if (is_good && import->counts.read == 0) {
		terminal_problem("there are no rows");
		is_good = false;
	}
	if (!is_good)
		return NOT_DONE;
	return import->counts.refused > 0 ? PARTLY_DONE : DONE;
}

static bool read_options(int argc, char **argv, struct choices *choices,
    struct operands operands, bool is_django)
{
	const struct option options[] = {
		{ "dry-run", no_argument, &choices->dry_run, 1 },
		{ "update", no_argument, &choices->update, 1 },
		/* the rest is Django's */
		{ is_django ? "dsn" : NULL, required_argument, NULL, DSN },
		{ "csv", required_argument, NULL, CSV },
		{ 0 },
	};

	return options_read(argc, argv, options, choices->values, operands);
}

static int import_csv(struct context *context, int argc, char **argv)
{
	struct choices choices = { 0 };
	struct import import = { 0 };
	bool is_good = false;

	if (!read_options(
		argc, argv, &choices, (struct operands){ 1, 1 }, false))
		return WRONG_USAGE;
	is_good = begin(&import, context, &choices) &&
	    import_from_csv(&import, argv[optind], false);
	return end(&import, is_good);
}

static int import_django(struct context *context, int argc, char **argv)
{
	struct choices choices = { 0 };
	struct import import = { 0 };
	const char *dsn = NULL, *csv = NULL;
	bool is_good = false;

	if (!read_options(
		argc, argv, &choices, (struct operands){ 0, 0 }, true))
		return WRONG_USAGE;
	dsn = choices.values[DSN];
	csv = choices.values[CSV];
	if ((dsn == NULL) == (csv == NULL)) {
		terminal_problem("one of --dsn and --csv says where from");
		return WRONG_USAGE;
	}
	if (dsn != NULL && config_has_password(dsn)) {
		terminal_problem(
		    "everybody on this machine can read a password "
		    "in --dsn; put it into ~/.pgpass");
		return WRONG_USAGE;
	}
	is_good = begin(&import, context, &choices) &&
	    (dsn != NULL ? import_from_django(&import, dsn)
			 : import_from_csv(&import, csv, true));
	return end(&import, is_good);
}

const struct command import_commands[] = {
	/* clang-format off */
	{ "import csv", "FILE [--dry-run] [--update]",
	    "Takes in accounts with their password hashes. Columns of FILE\n"
	    "      (standard input: -) are named by its first line: username, email,\n"
	    "      password; if there are any id, first_name, last_name, verified,\n"
	    "      banned, staff, groups, created, last_login. Can be run again at\n"
	    "      any time. Ends with status 3 when rows were refused.",
	    import_csv },
	{ "import django", "--dsn CONNINFO | --csv FILE [--dry-run] [--update]",
	    "The same from Django's tables, or from auth_user as a file.\n"
	    "      --dry-run: says what would happen. --update: what has changed\n"
	    "      since, for accounts that nobody has used here.",
	    import_django },
	{ 0 },
	/* clang-format on */
};
