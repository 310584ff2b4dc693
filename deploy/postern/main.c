/* main.c - postern, the operator's command. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "command.h"
#include "log.h"
#include "secret.h"
#include "terminal.h"

#define VERSION "0.1"
#define PROGRAM "postern"

static const struct command *const groups[] = { migrate_commands,
	roles_commands, check_commands, settings_commands, key_commands,
	user_commands, group_commands, invite_commands, session_commands,
	import_commands, export_commands, mail_commands, hook_commands,
	audit_commands, breached_commands, clean_commands, NULL };

static const char options_help[] =
    "Options of every command:\n"
    "  --config FILE  the configuration (or $POSTERN_CONFIG;\n"
    "                 else " CONFIG_DEFAULT_PATH ")\n"
    "  --json         JSON instead of text\n"
    "  --help         what a command, a group or all is for\n"
    "  --version      which release this is\n";

/* The arguments without the options that every command knows. */
struct arguments {
	const char *config;
	bool json, help, version;
	char **words;
	int count;
};

/* Returns false when a value is missing. */
static bool take_options(
    struct arguments *arguments, struct arena *arena, int argc, char **argv)
{
	bool is_over = false;

	arguments->words =
	    arena_alloc(arena, ((size_t)argc + 1) * sizeof *arguments->words);
	for (int i = 1; i < argc; i++) {
		is_over = is_over || strcmp(argv[i], "--") == 0;
		if (!is_over && strcmp(argv[i], "--json") == 0)
			arguments->json = true;
		else if (!is_over && strcmp(argv[i], "--help") == 0)
			arguments->help = true;
		else if (!is_over && strcmp(argv[i], "--version") == 0)
			arguments->version = true;
		else if (!is_over && strncmp(argv[i], "--config=", 9) == 0)
			arguments->config = argv[i] + 9;
		else if (!is_over && strcmp(argv[i], "--config") == 0)
			arguments->config = argv[++i];
		else
			arguments->words[arguments->count++] = argv[i];
		if (i == argc)
			return false;
	}
	return true;
}

/* Number of words of the name at the beginning of the arguments, 0: not. */
static int match(const char *name, const struct arguments *arguments)
{
	const char *blank = strchr(name, ' ');
	size_t length = blank ? (size_t)(blank - name) : strlen(name);

	if (arguments->count < 1 || strlen(arguments->words[0]) != length ||
	    strncmp(arguments->words[0], name, length) != 0)
		return 0;
	if (blank == NULL)
		return 1;
	if (arguments->count < 2 || strcmp(arguments->words[1], blank + 1) != 0)
		return 0;
	return 2;
}

static const struct command *find(const struct arguments *arguments, int *words)
{
	for (size_t i = 0; groups[i] != NULL; i++)
		for (const struct command *c = groups[i]; c->name; c++)
			if ((*words = match(c->name, arguments)) > 0)
				return c;
	return NULL;
}

static void print_usage(FILE *to, const struct command *command)
{
	fprintf(to, "usage: " PROGRAM " %s%s%s\n", command->name,
	    command->usage[0] != '\0' ? " " : "", command->usage);
}

static bool is_in_group(const char *name, const char *group)
{
	size_t length = strlen(group);

	return strncmp(name, group, length) == 0 &&
	    (name[length] == ' ' || name[length] == '\0');
}

/*
 * Lists the commands of a group, or all.
 * Returns false when there is no such group.
 */
static bool list_commands(FILE *to, const char *group)
{
	bool found = false;

	for (size_t i = 0; groups[i] != NULL; i++)
		for (const struct command *c = groups[i]; c->name; c++) {
			if (group != NULL && !is_in_group(c->name, group))
				continue;
			if (!found)
				fputs("usage: " PROGRAM " COMMAND\n\n", to);
			fprintf(to, "  %s%s%s\n      %s\n", c->name,
			    c->usage[0] != '\0' ? " " : "", c->usage, c->help);
			found = true;
		}
	if (found)
		fprintf(to, "\n%s", options_help);
	return found;
}

static int without_command(const struct arguments *arguments)
{
	const char *group = arguments->count > 0 ? arguments->words[0] : NULL;

	if (arguments->count < 2 &&
	    list_commands(arguments->help ? stdout : stderr, group))
		return arguments->help ? DONE : WRONG_USAGE;
	terminal_problem("there is no command \"%s%s%s\"", group,
	    arguments->count > 1 ? " " : "",
	    arguments->count > 1 ? arguments->words[1] : "");
	if (!list_commands(stderr, group))
		list_commands(stderr, NULL);
	return WRONG_USAGE;
}

/* What helps where the configuration is wrong, or not there yet. */
static bool needs_configuration(const struct command *command)
{
	return command != check_commands && command != settings_commands &&
	    command != breached_commands;
}

static int run(struct arena *arena, const struct command *command,
    const struct arguments *arguments, int words)
{
	struct context context = { .arena = arena, .json = arguments->json };
	char **argv = arguments->words + words - 1;
	int result = NOT_DONE;

	context.config = config_load(
	    arena, config_path(arguments->config), environ, &context.problems);
	if (context.config == NULL && needs_configuration(command)) {
		terminal_problem(
		    "the configuration is wrong\n%s", context.problems);
		return NOT_DONE;
	}
	if (context.config != NULL)
		context.db = db_open(context.config->database,
		    context.config->prepared_statements);
	argv[0] = arena_printf(arena, PROGRAM " %s", command->name);
	result = command->run(&context, arguments->count - words + 1, argv);
	if (result == WRONG_USAGE)
		print_usage(stderr, command);
	db_close(context.db);
	return result;
}

/* Passwords pass through here: no core, no tracer. */
static void close_up(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
#ifndef POSTERN_SANITIZED
	prctl(PR_SET_DUMPABLE, 0);
#endif
}

static int begin(struct arena *arena, int argc, char **argv)
{
	struct arguments arguments = { 0 };
	const struct command *command = NULL;
	int words = 0;

	if (!take_options(&arguments, arena, argc, argv)) {
		terminal_problem("--config needs a file");
		fputs(options_help, stderr);
		return WRONG_USAGE;
	}
	if (arguments.version) {
		puts(PROGRAM " " VERSION);
		return DONE;
	}
	command = find(&arguments, &words);
	if (command == NULL)
		return without_command(&arguments);
	if (arguments.help) {
		print_usage(stdout, command);
		printf("\n      %s\n\n%s", command->help, options_help);
		return DONE;
	}
	return run(arena, command, &arguments, words);
}

int main(int argc, char **argv)
{
	struct arena *arena = NULL;
	int result = NOT_DONE;

	log_open(PROGRAM);
	close_up();
	secret_init();
	arena = arena_open();
	result = begin(arena, argc, argv);
	arena_close(arena);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		terminal_problem("standard output: %s", strerror(errno));
		return NOT_DONE;
	}
	return result;
}
