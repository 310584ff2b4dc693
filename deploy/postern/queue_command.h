/* queue_command.h - the commands that every queue has. */
#pragma once
#include "command.h"
#include "queue.h"

/* Works the queue off: [--once], [--once --detached] where it has a lock. As command.run; says how many ended how. */
int queue_command_run(
    const struct queue *queue, struct context *context, int argc, char **argv);

/* Lists what waits or failed: [--all]. */
int queue_command_list(
    const struct queue *queue, struct context *context, int argc, char **argv);

/* Puts back what failed or waits for another attempt: ID... | --failed. */
int queue_command_retry(
    const struct queue *queue, struct context *context, int argc, char **argv);
