/* roles.h - one database role for each program, by sql/roles.sql. */
#pragma once
#include "command.h"

/*
 * Gives the roles what this release's programs need, and takes nothing away.
 * Returns OK and sets *missing to how many roles there are not; UNAVAILABLE.
 */
enum outcome roles_grant(struct context *context, size_t *missing);

/* Counts the roles that there are not. Returns OK or UNAVAILABLE. */
enum outcome roles_missing(struct context *context, size_t *missing);
