/* check_mail.c - looks whether letters can be written and sent. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "letter.h"
#include "reach.h"
#include "secret.h"

#define PASSWORD_FILE_MAX 1024

/*
 * Splits smtp://HOST:PORT/ and smtps://[HOST]:PORT; both in the arena. What
 * stands before an @ is somebody's and left out: findings are shown.
 */
static void split_url(
    struct arena *arena, const char *url, const char **host, const char **port)
{
	bool is_smtps = strncmp(url, "smtps:", 6) == 0;
	const char *start = strstr(url, "://") + 3;
	size_t length = strcspn(start, "/");
	char *authority = arena_copy(arena, start, length);
	char *at = strrchr(authority, '@');
	char *end = NULL;

	if (at != NULL)
		authority = at + 1;
	end = authority + strcspn(authority, ":");

	*host = authority;
	if (authority[0] == '[') {
		*host = authority + 1;
		end = authority + strcspn(authority, "]");
		if (*end == ']')
			*end++ = '\0';
	}
	*port = is_smtps ? "465" : "25";
	if (*end == ':') {
		*end = '\0';
		*port = end + 1;
	}
}

static void check_smtp(struct context *context, struct report *report)
{
	const struct config *config = context->config;
	struct arena *arena = context->arena;
	const char *host = NULL, *port = NULL, *problem = NULL;
	char *password = NULL;
	size_t size = 0;

	split_url(arena, config->smtp_url, &host, &port);
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
	static const char *const templates[] = { "activation", "exists",
		"reset", "username", "password_changed" };
	const struct config *config = context->config;
	const char *const links[] = { config->activation_url, NULL,
		config->password_reset_confirm_url,
		config->username_reset_confirm_url, NULL };
	bool is_fine = true;

	for (size_t i = 0; i < sizeof templates / sizeof templates[0]; i++) {
		const struct letter letter = {
			.template = templates[i],
			.to = "somebody@example.org",
			.username = "somebody",
			.uid = "1",
			.link = links[i],
			.ticket = links[i] != NULL ? "ticket" : NULL,
			.lifetime = 3600,
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
