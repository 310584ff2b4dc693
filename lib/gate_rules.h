/* gate_rules.h - the rules by path, for gate.c. */
#pragma once
#include "request.h"

/* Who asks. */
struct gate_person {
	const char *id;       /* the subject; NULL: the token does not say it */
	const char *username; /* the same */
	config_list groups;
};

/*
 * Returns OK when the person and the token meet the rule of the longest path
 * that this one is below of, or there is none; PERMISSION_DENIED.
 */
enum outcome gate_rules_check(const struct request *request,
    const struct gate_person *person, const char *path);
