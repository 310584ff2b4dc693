/* queue_run.h - the process that works a queue off. */
#pragma once
#include "command.h"
#include "queue.h"

/*
 * Works until SIGTERM or SIGINT, which let the item in hand come to its end:
 * woken by the database, and every 10 s. With `once` it returns when nothing
 * more is due. A configuration that changed on disk holds from the next item
 * on; one that is wrong is logged and not taken up.
 * Returns false when `once` found no database; counts how items ended.
 */
bool queue_run(const struct queue *queue, struct context *context, bool once,
    int64_t counts[ENDINGS]);
