/* queue.c - the way of one item: claimed, attempted, marked. */
#include "queue.h"

#include <time.h>

#include "clock.h"
#include "log.h"

#define MARKING_MS 240000 /* less than the claim lasts */
#define WAIT_FIRST 60
#define WAIT_MAX 3600

/* How an attempt ended, and as what it is marked; NULL: it waits. */
static const struct {
	const char *word;
	const char *mark;
} ends[ENDINGS] = {
	/* clang-format off */
	[ITEM_SENT] = { "sent", "sent" },
	[ITEM_DROPPED] = { "dropped", "dropped" },
	[ITEM_WAITING] = { "waits", NULL },
	[ITEM_FAILED] = { "failed", "failed" },
	/* clang-format on */
};

const char *item_text(const struct item *item, const char *column)
{
	return rows_text(item->claim, 0, column);
}

void item_deadline(const struct item *item)
{
	db_deadline(item->db, clock_milliseconds() + QUEUE_STATEMENT_MS);
}

static int64_t attempts_of(const struct item *item)
{
	return rows_integer(item->claim, 0, "attempts");
}

static enum ending attempt(const struct queue *queue, struct item *item)
{
	enum ending ending = ITEM_FAILED;

	if (!queue->is_wanted(item))
		return ITEM_DROPPED;
	if (attempts_of(item) > QUEUE_ATTEMPTS) {
		item->problem = "no attempt came to its end";
		return ITEM_FAILED;
	}
	ending = queue->attempt(item);
	if (ending == ITEM_WAITING && attempts_of(item) >= QUEUE_ATTEMPTS)
		return ITEM_FAILED;
	return ending;
}

/* Seconds until the next attempt: doubling from a minute to an hour. */
static int64_t wait_after(int64_t attempts)
{
	int64_t wait = WAIT_FIRST;

	while (--attempts > 0 && wait < WAIT_MAX)
		wait *= 2;
	return wait < WAIT_MAX ? wait : WAIT_MAX;
}

/*
 * To mark a second time does no harm, to send a second time would: so this is
 * the one statement that is repeated until the database has answered.
 */
static enum outcome mark(const struct queue *queue, const struct item *item,
    enum ending ending, const volatile sig_atomic_t *stopping)
{
	const struct timespec breath = { 0, 500000000 };
	int64_t end = clock_milliseconds() + MARKING_MS;
	const char *wait =
	    db_integer(item->arena, wait_after(attempts_of(item)));

	for (;;) {
		const struct rows *rows = NULL;

		item_deadline(item);
		if (DB_RUN(item->db, item->arena, queue->finish, &rows,
			item_text(item, "id"), item_text(item, "attempts"),
			ends[ending].mark, item->problem, wait) == OK)
			return OK;
		if (*stopping || clock_milliseconds() > end)
			return UNAVAILABLE;
		nanosleep(&breath, NULL);
	}
}

enum worked queue_work(const struct queue *queue, struct item *item,
    int64_t counts[ENDINGS], const volatile sig_atomic_t *stopping)
{
	enum ending ending = ITEM_FAILED;

	item->problem = NULL;
	item_deadline(item);
	if (db_run(item->db, item->arena, queue->claim, NULL, 0,
		&item->claim) != OK)
		return NO_DATABASE;
	if (rows_count(item->claim) == 0)
		return NOTHING_DUE;
	ending = attempt(queue, item);
	log_info("%s: %s %s (%s): %s%s%s", queue->name, queue->item,
	    item_text(item, "id"), item_text(item, queue->kind),
	    ends[ending].word, item->problem != NULL ? ": " : "",
	    item->problem != NULL ? item->problem : "");
	if (mark(queue, item, ending, stopping) != OK)
		return NO_DATABASE;
	counts[ending]++;
	return ITEM_WORKED;
}
