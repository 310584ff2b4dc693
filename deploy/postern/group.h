/* group.h - names of groups. */
#pragma once
#include <stdbool.h>

/*
 * Returns true for what can be the name of a group; else false after saying what
 * can. The schema has the same rule.
 */
bool group_is_name(const char *name);
