/* mail_run.h - the process that delivers letters. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "command.h"

struct mail_counts {
	int64_t sent, dropped, waiting, failed;
};

/*
 * Delivers letters until SIGTERM or SIGINT, which let the letter in hand come
 * to its end: woken by the database, and every 10 s. With `once` it returns
 * when nothing more is due. A configuration that changed on disk holds from
 * the next letter on; one that is wrong is logged and not taken up.
 * Returns false when `once` found no database; *counts says how letters ended.
 */
bool mail_run(struct context *context, bool once, struct mail_counts *counts);
