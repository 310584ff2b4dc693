/* mail_queue.h - letters as a queue. */
#pragma once
#include "queue.h"

/*
 * An attempt makes the ticket of the letter (only its hash is stored), writes
 * and sends it. Letters to one address keep their order; one that is sent
 * again has the same Message-ID.
 */
extern const struct queue mail_queue;
