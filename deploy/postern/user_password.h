/* user_password.h - the commands that ask for a password. */
#pragma once
#include "command.h"

/* As struct command has it. */
int user_add(struct context *context, int argc, char **argv);
int user_password(struct context *context, int argc, char **argv);
