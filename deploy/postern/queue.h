/*
 * queue.h - what all queues have in common: a table of things to send, and the
 * way of one of them, claimed, attempted, marked. Letters are one queue, hooks
 * another.
 */
#pragma once
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include "arena.h"
#include "config.h"
#include "db.h"
#include "listing.h"

#define QUEUE_ATTEMPTS 8 /* then an item has failed */
#define QUEUE_STATEMENT_MS 15000

/* How an attempt ended. */
enum ending {
	ITEM_SENT,
	ITEM_DROPPED, /* there is nobody to send it to, or no reason any more */
	ITEM_WAITING, /* for another attempt */
	ITEM_FAILED,  /* for good */
	ENDINGS
};

/* An item in a worker's hand. */
struct item {
	struct arena *arena; /* may hold secrets: reset it after each item */
	const struct config *config;
	struct db *db;
	const struct rows *claim; /* one row: what the queue's claim returns */
	const char *problem; /* set by the attempt: printable, no secrets */
};

/*
 * A queue. Its statements:
 *   claim   without parameters; claims what is due for five minutes and counts
 *           the attempt. Returns at most one row, with id and attempts.
 *   finish  $1 id, $2 attempts as claimed, $3 sent, dropped or failed (null: it
 *           waits), $4 problem, $5 seconds until the next attempt
 *   list    $1 all, instead of those that wait or failed
 *   retry   $1 id, or null for all that failed; returns a row for each
 *   lock    says whether it is_locked, by this connection alone; unlock ends that
 */
struct queue {
	const char *name; /* in front of lines of the log */
	const char *item; /* what people call one */
	const char *kind; /* column of the claim: what lines of the log name */
	const char *listen; /* the statement by which new ones are noticed */
	const struct query *claim, *finish, *list, *retry;
	const struct query *lock, *unlock; /* NULL: nobody runs it detached */
	const struct column *columns;      /* of list, as they are shown */

	/* Returns false when there is nobody to send it to: it is dropped. */
	bool (*is_wanted)(const struct item *item);

	/* Sends it. Sets item->problem unless it is sent or dropped. */
	enum ending (*attempt)(struct item *item);
};

enum worked { NOTHING_DUE, ITEM_WORKED, NO_DATABASE };

/*
 * Takes the item that is due for longest through to its end; `item` has arena,
 * config and db, the rest is set here. An item that waits is tried again after
 * a minute, doubling to an hour; after QUEUE_ATTEMPTS it has failed. One that
 * was sent is marked even when the database is away for some minutes, unless
 * *stopping; a worker that dies before that sends at most this one again.
 * Counts how it ended.
 */
enum worked queue_work(const struct queue *queue, struct item *item,
    int64_t counts[ENDINGS], const volatile sig_atomic_t *stopping);

/* Returns a column of the claim, NULL for null. */
const char *item_text(const struct item *item, const char *column);

/* Gives the next statement of an attempt its time. */
void item_deadline(const struct item *item);
