/* gate_tell.h - who passes the gate, for the web server to hand on. */
#pragma once
#include "gate_rules.h"

/*
 * Sets request->headers to the names and values of gate.h. What is NULL, or a
 * claim that the token does not have, is left out.
 * Returns ADMITTED, or PERMISSION_DENIED when a value cannot be handed on as it
 * is: a control character, a blank at an end, not UTF-8, more than
 * GATE_VALUE_MAX bytes, a comma in an element of a list.
 */
enum outcome gate_tell(struct request *request, const struct gateway *gateway,
    const struct gate_person *person);
