/* import_flush.c - a batch of rows becomes accounts. */
#include <string.h>

#include "array.h"
#include "import.h"
#include "queries.h"
#include "terminal.h"

/* The rows of a batch that a statement is about, and what it gave. */
struct chosen {
	size_t count;
	size_t *places; /* in the batch */
	const struct rows *rows;
};

static struct import_row *chosen_row(
    struct import *import, const struct chosen *chosen, size_t number)
{
	int64_t n = rows_integer(chosen->rows, number, "n");

	return &import->rows[chosen->places[n - 1]];
}

static void count_row(struct import_row *row, int64_t *counter)
{
	(*counter)++;
	row->state = IMPORT_DONE;
}

static void refuse_row(
    struct import *import, struct import_row *row, const char *reason)
{
	import_refuse(import, row->place, reason);
	row->state = IMPORT_DONE;
}

/* Runs a statement with lists of what `count` chosen rows say. */
static enum outcome run_on(struct import *import, const struct query *query,
    const size_t *places, size_t count, const struct rows **rows)
{
	const char *lists[IMPORT_VALUES];
	const char **column =
	    arena_alloc(import->arena, count * sizeof *column);

	for (size_t value = 0; value < IMPORT_VALUES; value++) {
		for (size_t i = 0; i < count; i++)
			column[i] = import->rows[places[i]].values[value];
		lists[value] = array_text(import->arena, column, count);
	}
	return db_run(
	    import->db, import->arena, query, lists, IMPORT_VALUES, rows);
}

/* Runs a statement on the rows in a state, if there are any. */
static bool run(struct import *import, const struct query *query,
    enum import_state state, struct chosen *chosen)
{
	chosen->count = 0;
	chosen->places =
	    arena_alloc(import->arena, import->count * sizeof(size_t));
	for (size_t i = 0; i < import->count; i++)
		if (import->rows[i].state == state)
			chosen->places[chosen->count++] = i;
	if (chosen->count == 0 ||
	    run_on(import, query, chosen->places, chosen->count,
		&chosen->rows) == OK)
		return true;
	terminal_problem("the import stops; run it again to go on");
	return false;
}

static bool is_state(const struct rows *rows, size_t number, const char *state)
{
	return strcmp(rows_text(rows, number, "state"), state) == 0;
}

/* What differs, and whether --update would help. */
static void refuse_changed(struct import *import, struct import_row *row,
    const struct rows *rows, size_t number)
{
	const char *advice = "";

	if (!rows_boolean(rows, number, "as_imported"))
		advice = "; it is in use here already";
	else if (!import->update)
		advice = "; --update takes it over";
	refuse_row(import, row,
	    arena_printf(import->arena,
		"the account that is here differs (%s)%s",
		rows_text(rows, number, "differences"), advice));
}

/* `is_first`: an account that is found is not one of this batch. */
static void judge(struct import *import, struct import_row *row,
    const struct rows *rows, size_t number, bool is_first)
{
	if (is_state(rows, number, "username"))
		refuse_row(import, row, "another account has this username");
	else if (is_state(rows, number, "address"))
		refuse_row(import, row, "a verified account has this address");
	else if (is_state(rows, number, "unchanged"))
		count_row(row, &import->counts.unchanged);
	else if (is_state(rows, number, "new"))
		row->state = IMPORT_NEW;
	else if (is_first && import->update &&
	    rows_boolean(rows, number, "as_imported"))
		row->state = IMPORT_UPDATE;
	else
		refuse_changed(import, row, rows, number);
}

static bool compare(struct import *import, bool is_first)
{
	struct chosen chosen;

	if (!run(import, &query_import_compare, IMPORT_READ, &chosen))
		return false;
	for (size_t i = 0; i < chosen.count; i++)
		judge(import, chosen_row(import, &chosen, i), chosen.rows, i,
		    is_first);
	return true;
}

/* What could not be added is compared with what was there before it. */
static bool add(struct import *import)
{
	struct chosen chosen;

	if (!run(import, &query_import_add, IMPORT_NEW, &chosen))
		return false;
	for (size_t i = 0; chosen.count > 0 && i < rows_count(chosen.rows); i++)
		count_row(
		    chosen_row(import, &chosen, i), &import->counts.added);
	for (size_t i = 0; i < import->count; i++)
		if (import->rows[i].state == IMPORT_NEW)
			import->rows[i].state = IMPORT_READ;
	if (!compare(import, false))
		return false;
	for (size_t i = 0; i < import->count; i++)
		if (import->rows[i].state == IMPORT_NEW)
			refuse_row(import, &import->rows[i],
			    "an account like it has come and gone; run the "
			    "import again");
	return true;
}

static bool rehearse(struct import *import)
{
	struct chosen chosen;

	if (!run(import, &query_import_rehearse, IMPORT_NEW, &chosen))
		return false;
	for (size_t i = 0; i < chosen.count; i++) {
		struct import_row *row = chosen_row(import, &chosen, i);

		if (is_state(chosen.rows, i, "added"))
			count_row(row, &import->counts.added);
		else if (is_state(chosen.rows, i, "unchanged"))
			count_row(row, &import->counts.unchanged);
		else
			refuse_row(import, row,
			    "a row before it has its id, username or address");
	}
	return true;
}

/* One by one: what one of them breaks is not the others' fault. */
static bool update_one(struct import *import, size_t place)
{
	struct import_row *row = &import->rows[place];
	const struct rows *rows = NULL;
	enum outcome outcome = OK;

	if (import->dry_run) {
		count_row(row, &import->counts.updated);
		return true;
	}
	outcome = run_on(import, &query_import_update, &place, 1, &rows);
	if (outcome == USERNAME_TAKEN)
		refuse_row(import, row, "another account has this username");
	else if (outcome == EMAIL_TAKEN)
		refuse_row(import, row, "a verified account has this address");
	else if (outcome == OK && rows_count(rows) == 0)
		refuse_row(import, row, "the account is in use here already");
	else if (outcome == OK)
		count_row(row, &import->counts.updated);
	else
		terminal_problem("the import stops; run it again to go on");
	return row->state == IMPORT_DONE;
}

bool import_flush(struct import *import)
{
	bool is_good = compare(import, true) &&
	    (import->dry_run ? rehearse(import) : add(import));

	for (size_t i = 0; is_good && i < import->count; i++)
		if (import->rows[i].state == IMPORT_UPDATE)
			is_good = update_one(import, i);
	import->count = 0;
	arena_reset(import->arena);
	return is_good;
}
