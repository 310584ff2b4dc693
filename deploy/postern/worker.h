/* worker.h - the way of one letter: claimed, written, sent, marked. */
#pragma once
#include <signal.h>
#include "arena.h"
#include "config.h"
#include "db.h"

#define WORKER_ATTEMPTS 8 /* then a letter has failed */

enum worked {
	NOTHING_DUE,
	LETTER_SENT,
	LETTER_DROPPED, /* there is nobody to write to, or no reason any more */
	LETTER_WAITING, /* for another attempt */
	LETTER_FAILED,  /* for good */
	NO_DATABASE,
	WORKED
};

/*
 * Takes the oldest letter that is due through to its end: claims it for five
 * minutes, makes its ticket (only the hash is stored), writes and sends it,
 * marks how that ended. A letter that was sent is marked even when the
 * database is away for some minutes, unless *stopping; a worker that dies
 * before that sends at most this one letter again, with the same Message-ID.
 * The arena holds the ticket: reset it after each letter.
 */
enum worked worker_letter(struct arena *arena, const struct config *config,
    struct db *db, const volatile sig_atomic_t *stopping);
