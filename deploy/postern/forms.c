/* forms.c - a letter's templates filled in, before it is a message. */
#include "forms.h"

#include <string.h>
#include <unistd.h>

#include "identity.h"
#include "template.h"

#define INSTALLED "/usr/local/share/postern/mail"
#define HOUR ((int64_t)3600)

const char *forms_link(struct arena *arena, const struct config *config,
    const struct letter *letter, const char **problem)
{
	const struct placeholder values[] = {
		{ "uid", letter->uid },
		{ "token", letter->ticket },
		{ 0 },
	};
	const char *link = template_fill(arena, "the link in the configuration",
	    letter->link, values, IN_URL, problem);

	if (link == NULL || strstr(letter->link, "://") != NULL)
		return link;
	if (config->public_url[0] == '\0') {
		*problem = "public_url: is not set; letters need it";
		return NULL;
	}
	return arena_printf(
	    arena, "%s/%s", config->public_url, link + (link[0] == '/'));
}

/* The folder of the templates: configured, beside the program, installed. */
static const char *folder(struct arena *arena, const struct config *config)
{
	char program[4096];
	ssize_t length = 0;
	const char *beside = NULL;

	if (config->mail_templates[0] != '\0')
		return config->mail_templates;
	length = readlink("/proc/self/exe", program, sizeof program - 1);
	if (length <= 0)
		return INSTALLED;
	program[length] = '\0';
	*strrchr(program, '/') = '\0';
	beside = arena_printf(arena, "%s/../share/postern/mail", program);
	return access(beside, F_OK) == 0 ? beside : INSTALLED;
}

/* "72" or "0.5" hours. */
static const char *hours(struct arena *arena, int64_t seconds)
{
	return seconds % HOUR == 0
	    ? arena_printf(arena, "%lld", (long long)(seconds / HOUR))
	    : arena_printf(arena, "%.2f", (double)seconds / HOUR);
}

/* "3 days", "1 hour", "90 minutes". */
static const char *lifetime(struct arena *arena, int64_t seconds)
{
	static const struct {
		const char *name;
		int64_t seconds;
	} units[] = { { "day", 24 * HOUR }, { "hour", HOUR }, { "minute", 60 },
		{ "second", 1 } };
	size_t i = 0;

	while (seconds % units[i].seconds != 0)
		i++;
	seconds /= units[i].seconds;
	return arena_printf(arena, "%lld %s%s", (long long)seconds,
	    units[i].name, seconds == 1 ? "" : "s");
}

static const char *form(struct arena *arena, const char *path,
    const struct placeholder *values, enum surroundings surroundings,
    const char **problem)
{
	const char *text = template_read(arena, path, problem);

	if (text == NULL)
		return NULL;
	if (!identity_is_utf8(text)) {
		*problem = arena_printf(arena, "%s: is not UTF-8", path);
		return NULL;
	}
	return template_fill(arena, path, text, values, surroundings, problem);
}

/* Takes the first line, "Subject: ...", and the blank ones behind it away. */
static bool split(struct arena *arena, const char *path, struct forms *forms,
    const char **problem)
{
	static const char name[] = "Subject: ";
	size_t length = strcspn(forms->text, "\n");

	if (strncmp(forms->text, name, sizeof name - 1) != 0) {
		*problem = arena_printf(arena,
		    "%s:1: the first line is not \"Subject: ...\"", path);
		return false;
	}
	forms->subject = arena_copy(
	    arena, forms->text + sizeof name - 1, length - (sizeof name - 1));
	forms->text += length;
	forms->text += strspn(forms->text, "\n");
	return true;
}

bool forms_fill(struct arena *arena, const struct config *config,
    const struct letter *letter, struct forms *forms, const char **problem)
{
	const char *link = letter->link != NULL
	    ? forms_link(arena, config, letter, problem)
	    : NULL;
	const struct placeholder values[] = {
		{ "site_name",
		    config->site_name[0] != '\0' ? config->site_name
						 : config->public_url },
		{ "username", letter->username },
		{ "public_url", config->public_url },
		{ "link", link },
		{ "hours", link ? hours(arena, letter->lifetime) : NULL },
		{ "lifetime", link ? lifetime(arena, letter->lifetime) : NULL },
		{ 0 },
	};
	const char *stem = arena_printf(
	    arena, "%s/%s", folder(arena, config), letter->template);
	const char *text = arena_printf(arena, "%s.txt", stem);
	const char *html = arena_printf(arena, "%s.html", stem);

	if (letter->link != NULL && link == NULL)
		return false;
	forms->text = form(arena, text, values, IN_TEXT, problem);
	if (forms->text == NULL || !split(arena, text, forms, problem))
		return false;
	forms->html = form(arena, html, values, IN_HTML, problem);
	return forms->html != NULL;
}
