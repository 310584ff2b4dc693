/* queue_run.h - the process that works a queue off. */
#pragma once
#include "command.h"
#include "queue.h"

enum run_mode {
	RUN_ON,   /* until a signal: woken by the database, and every 10 s */
	RUN_ONCE, /* until nothing more is due */
	RUN_DETACHED, /* the same with nobody looking on, unless one runs */
};

/*
 * Works until it is done, or SIGTERM or SIGINT, which let the item in hand come
 * to its end. A configuration that changed on disk holds from the next item
 * on; one that is wrong is logged and not taken up.
 * Returns false when it had to end and there was no database; counts how items
 * ended.
 */
bool queue_run(const struct queue *queue, struct context *context,
    enum run_mode mode, int64_t counts[ENDINGS]);
