/* check.c - looks whether everything that is needed is there and right. */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "migrate.h"
#include "options.h"
#include "roles.h"
#include "reply.h"

#define FINDINGS_MAX 64
/* OWASP Password Storage Cheat Sheet, Argon2id. */
#define MEMORY_LEAST (INT64_C(19456) << 10)
#define PASSES_LEAST 2

struct report {
	struct arena *arena;
	size_t count;
	struct finding {
		const char *check;
		enum severity severity;
		const char *text;
	} findings[FINDINGS_MAX];
};

static const char *const severities[] = { "ok", "warning", "problem" };

void report_add(struct report *report, const char *check,
    enum severity severity, const char *text)
{
	if (report->count < FINDINGS_MAX)
		report->findings[report->count++] =
		    (struct finding){ check, severity, text };
}

/* Each line of the problems is a finding. */
static void check_configuration(struct context *context, struct report *report)
{
	const char *line = context->problems;

	if (context->config != NULL) {
		report_add(
		    report, "configuration", FINE, context->config->path);
		return;
	}
	while (*line != '\0') {
		size_t length = strcspn(line, "\n");

		report_add(report, "configuration", PROBLEM,
		    arena_copy(context->arena, line, length));
		line += length + (line[length] == '\n');
	}
}

/* Returns true when the schema is there. */
static bool check_database(struct context *context, struct report *report)
{
	struct arena *arena = context->arena;
	struct schema schema = { 0, NULL };
	const char *fault = NULL;

	if (migrate_compare(context, &schema) != OK) {
		report_add(report, "database", PROBLEM,
		    arena_printf(arena,
			"%s; see the setting database, and whether the server "
			"runs",
			db_problem(context->db)));
		return false;
	}
	if (migrate_encoding(context, &fault) == OK && fault != NULL)
		report_add(report, "database", PROBLEM, fault);
	else
		report_add(report, "database", FINE, "it answers");
	if (schema.missing > 0)
		report_add(report, "schema", PROBLEM,
		    arena_printf(arena,
			"migrations not applied: %zu; run postern migrate",
			schema.missing));
	else
		report_add(report, "schema", FINE, migrate_latest());
	if (schema.unknown != NULL)
		report_add(report, "schema", WARNING,
		    arena_printf(arena,
			"migrations of another release are applied: %s; "
			"update this one",
			schema.unknown));
	/* 6432 is where PgBouncer listens unless told otherwise. */
	if (context->config->prepared_statements &&
	    strstr(context->config->database, "6432") != NULL)
		report_add(report, "database", WARNING,
		    "behind PgBouncer in transaction mode set "
		    "prepared_statements = no");
	return schema.missing == 0;
}

static void check_roles(struct context *context, struct report *report)
{
	size_t missing = 0;

	if (!context->config->database_roles ||
	    roles_missing(context, &missing) != OK)
		return;
	if (missing > 0)
		report_add(report, "database_roles", PROBLEM,
		    arena_printf(report->arena,
			"roles that do not exist: %zu; run postern roles",
			missing));
	else
		report_add(
		    report, "database_roles", FINE, "each program has one");
}

static void check_settings(const struct config *config, struct report *report)
{
	const char *host = strstr(config->public_url, "://");

	if (!config->throttle)
		report_add(report, "throttle", WARNING,
		    "throttle = off: passwords can be tried without limit; "
		    "set throttle = on");
	if (config->password_memory < MEMORY_LEAST ||
	    config->password_passes < PASSES_LEAST)
		report_add(report, "passwords", WARNING,
		    "hashes of passwords are cheap to try: set password_memory "
		    "to 19456k or more and password_passes to 2 or more");
	if (config->public_url[0] == '\0')
		report_add(report, "public_url", PROBLEM,
		    "public_url is not set: letters cannot link to the site; "
		    "set it to where the site is");
	else if (strncmp(config->public_url, "http://", 7) == 0 &&
	    strncmp(host, "://localhost", 12) != 0 &&
	    strncmp(host, "://127.0.0.1", 12) != 0)
		report_add(report, "public_url", WARNING,
		    "public_url is not https: passwords and tokens can be "
		    "read on their way");
	else
		report_add(report, "public_url", FINE, config->public_url);
}

static void print_report(const struct report *report, bool json)
{
	for (size_t i = 0; i < report->count; i++) {
		const struct finding *finding = &report->findings[i];
		const char *severity = severities[finding->severity];
		struct reply *reply = NULL;

		if (!json) {
			printf("%-7s  %-13s  %s\n", severity, finding->check,
			    finding->text);
			continue;
		}
		reply = reply_open(report->arena);
		reply_string(reply, "check", finding->check);
		reply_string(reply, "status", severity);
		reply_string(reply, "text", finding->text);
		printf("%c%s", i == 0 ? '[' : ',', reply_text(reply));
	}
	if (json)
		puts("]");
}

static int check(struct context *context, int argc, char **argv)
{
	static const struct option none[] = { { 0 } };
	struct report *report = arena_alloc(context->arena, sizeof *report);

	if (!options_read(argc, argv, none, NULL, (struct operands){ 0, 0 }))
		return WRONG_USAGE;
	report->arena = context->arena;
	check_configuration(context, report);
	if (context->config != NULL) {
		check_keys(context, report);
		check_totp(context, report, check_database(context, report));
		check_roles(context, report);
		check_settings(context->config, report);
		check_breached(context, report);
		check_mail(context, report);
		check_hooks(context, report);
	}
	check_environment(context, report);
	print_report(report, context->json);
	for (size_t i = 0; i < report->count; i++)
		if (report->findings[i].severity == PROBLEM)
			return NOT_DONE;
	return DONE;
}

const struct command check_commands[] = {
	{ "check", "",
	    "Looks whether all that is needed is there; says what to mend.",
	    check },
	{ 0 },
};
