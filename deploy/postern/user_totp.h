/* user_totp.h - the command for two-step login of an account. */
#pragma once
#include "command.h"

/* As struct command has it. */
int user_totp(struct context *context, int argc, char **argv);
