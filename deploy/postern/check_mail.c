/* check_mail.c - looks whether letters can be written and sent. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "letter.h"
#include "letter_kind.h"
#include "reach.h"
#include "secret.h"

#define PASSWORD_FILE_MAX 1024

static void check_smtp(struct context *context, struct report *report)
{
	const struct config *config = context->config;
	struct arena *arena = context->arena;
	const char *host = NULL, *port = NULL, *problem = NULL;
	char *password = NULL;
	size_t size = 0;

	reach_split(arena, config->smtp_url, &host, &port);
	problem = reach(host, port);
	if (problem != NULL)
		report_add(report, "mail", PROBLEM,
		    arena_printf(arena,
			"smtp_url: %s port %s: %s; see whether the mail "
			"server is there",
			host, port, problem));
	else
		report_add(report, "mail", FINE,
		    arena_printf(arena, "%s port %s answers", host, port));
	if (config->smtp_user[0] == '\0')
		return;
	password = config_read_secret(
	    arena, config->smtp_password, PASSWORD_FILE_MAX, &size, &problem);
	if (password == NULL)
		report_add(report, "mail", PROBLEM,
		    arena_printf(arena, "smtp_password: %s", problem));
	secret_free(password);
}

static void check_folder(struct context *context, struct report *report)
{
	const char *folder = context->config->mail_folder;
	struct stat status = { 0 };

	if (stat(folder, &status) == 0 && S_ISDIR(status.st_mode) &&
	    access(folder, W_OK | X_OK) == 0)
		report_add(report, "mail", FINE, folder);
	else
		report_add(report, "mail", PROBLEM,
		    arena_printf(context->arena,
			"mail_folder: %s is not a folder that can be written "
			"to; make it",
			folder));
}

static void check_sendmail(struct context *context, struct report *report)
{
	const char *program = context->config->sendmail;

	if (access(program, X_OK) == 0)
		report_add(report, "mail", FINE, program);
	else
		report_add(report, "mail", PROBLEM,
		    arena_printf(context->arena,
			"sendmail: %s cannot be run: %s; install a mail "
			"server, or set mail_transport",
			program, strerror(errno)));
}

/* Writes one letter of each kind, to see that its templates are right. */
static void check_templates(struct context *context, struct report *report)
{
	const struct config *config = context->config;
	bool is_fine = true;

	for (const struct letter_kind *kind = letter_kinds;
	     kind->template != NULL; kind++) {
		const struct letter letter = {
			.template = kind->template,
			.to = "somebody@example.org",
			.username = "somebody",
			.uid = "1",
			.link = letter_kind_link(kind, config),
			.ticket = "ticket",
			.lifetime = letter_kind_lifetime(kind, config),
			.login = { "2026-01-31 23:59 UTC", "192.0.2.1", "-" },
			.id = "1",
			.now = clock_seconds(),
		};
		struct written written = { 0 };
		const char *problem = NULL;

		if (letter_write(
			context->arena, config, &letter, &written, &problem))
			continue;
		is_fine = false;
		report_add(report, "templates", PROBLEM, problem);
	}
	if (is_fine)
		report_add(
		    report, "templates", FINE, "all letters can be written");
}

void check_mail(struct context *context, struct report *report)
{
	const struct config *config = context->config;

	if (config->mail_from[0] == '\0')
		report_add(report, "mail_from", PROBLEM,
		    "mail_from is not set: no letter can be sent; set it to an "
		    "address of the site");
	switch (config->mail_transport) {
	case MAIL_SENDMAIL:
		check_sendmail(context, report);
		break;
	case MAIL_SMTP:
		check_smtp(context, report);
		break;
	case MAIL_FOLDER:
		check_folder(context, report);
		break;
	}
	if (config->public_url[0] != '\0' && config->mail_from[0] != '\0')
		check_templates(context, report);
}
