/* answer.h - what a command says when it has done its work. */
#pragma once
#include "command.h"
#include "reply.h"

/* Returns an object that says `done`, to which a command adds its own. */
struct reply *answer_open(const struct context *context);

/* Prints the object as JSON, or the text in its place for people. */
void answer_print(
    const struct context *context, struct reply *answer, const char *text);
