/* lifetime.h - how long something is good, in words that are a file's. */
#pragma once
#include <stdint.h>
#include "arena.h"

/*
 * Returns "3 days", "1 hour" or "90 minutes" with the words of FOLDER/units: the
 * largest unit that makes a whole number. The file has a line "NAME: WORDS" for
 * each of day, days, hour, hours, minute, minutes, second and seconds; {number}
 * in it is how many. Other lines begin with #, or are empty.
 * Returns NULL and sets *problem (in the arena) when it is not like that.
 */
const char *lifetime_text(struct arena *arena, const char *folder,
    int64_t seconds, const char **problem);
