/* moment.h - points in time as other systems write them. */
#pragma once
#include "arena.h"

/*
 * Reads a date, alone or with a time behind a blank or T: HH:MM, seconds and
 * their fraction if there are any, then Z, an offset (+HH, +HHMM, +HH:MM) or
 * nothing, which is UTC (ISO 8601; PostgreSQL, MySQL and Django write it so).
 * Returns it in a form that PostgreSQL takes for timestamptz, NULL when it is
 * none: there is no such day, or it is not of the years 1 to 9999.
 */
const char *moment_read(struct arena *arena, const char *text);
