/* clock.h - the two clocks. */
#pragma once
#include <stdint.h>

/* Seconds since 1970: what tokens speak of. */
int64_t clock_seconds(void);

/* Milliseconds of a clock that never jumps: what deadlines are made of. */
int64_t clock_milliseconds(void);
