/* terminal.h - talking with the operator: messages, passwords, questions. */
#pragma once
#include <stdbool.h>
#include "arena.h"

/* Writes "postern: ..." and a newline to standard error. */
void terminal_problem(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/*
 * Returns the text in a form that a terminal only shows: control characters
 * and bytes that are not UTF-8 as \xNN.
 */
const char *terminal_printable(struct arena *arena, const char *text);

/*
 * Asks for a password: on a terminal twice and without echo, else it is one
 * line of standard input, of which only the newline is taken off.
 * Returns it in the arena, or NULL after saying why: interrupted, two that
 * differ, empty, longer than PASSWORD_SIZE_MAX bytes, a NUL in it, not UTF-8.
 */
const char *terminal_password(struct arena *arena, const char *prompt);

/*
 * Asks a question on the terminal; only "yes" is yes. Returns true without
 * asking when standard input is not a terminal.
 */
bool terminal_confirm(const char *question);
