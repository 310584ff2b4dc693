/* command.h - what a command of the operator is, and the tables of them. */
#pragma once
#include <stdbool.h>
#include "arena.h"
#include "config.h"
#include "db.h"

/* What a command works with. */
struct context {
	struct arena *arena;
	const struct config *config; /* NULL: for those alone that need none */
	struct db *db;               /* not connected yet; NULL with config */
	bool json;                   /* print JSON instead of text */
	const char *problems;        /* of the configuration, when it is NULL */
};

/* What run returns: the exit status. PARTLY_DONE: all but what was refused. */
enum { DONE, NOT_DONE, WRONG_USAGE, PARTLY_DONE };

/*
 * A command, "user add" or "migrate". `usage` is what follows the name, `help`
 * one sentence. run gets the arguments behind the name (argv[0] stands for
 * the program, so that getopt_long can be used); options that every command
 * knows (--config, --json, --help, --version) are already taken out. It says
 * on standard error why it returns NOT_DONE; after WRONG_USAGE main prints the
 * usage. The last row of a table has no name.
 */
struct command {
	const char *name;
	const char *usage;
	const char *help;
	int (*run)(struct context *context, int argc, char **argv);
};

extern const struct command migrate_commands[];
extern const struct command roles_commands[];
extern const struct command check_commands[];
extern const struct command settings_commands[];
extern const struct command key_commands[];
extern const struct command user_commands[];
extern const struct command group_commands[];
extern const struct command invite_commands[];
extern const struct command session_commands[];
extern const struct command mail_commands[];
extern const struct command hook_commands[];
extern const struct command breached_commands[];
extern const struct command audit_commands[];
extern const struct command clean_commands[];
extern const struct command import_commands[];
extern const struct command export_commands[];
