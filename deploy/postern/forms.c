/* forms.c - a letter's templates filled in, before it is a message. */
#include "forms.h"

#include <string.h>
#include <unistd.h>

#include "lifetime.h"
#include "template.h"

#define INSTALLED "/usr/local/share/postern/mail"
#define HOUR ((int64_t)3600)

/* What a letter says of its link; NULL where it has none. */
struct link {
	const char *text, *hours, *lifetime;
};

const char *forms_link(struct arena *arena, const struct config *config,
    const struct letter *letter, const char **problem)
{
	const struct placeholder values[] = {
		{ "uid", letter->uid },
		{ "email", letter->to },
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

/* Where templates are: configured, beside the program, installed. */
static const char *place(struct arena *arena, const struct config *config)
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

/* Those of the language: what is missing there is missing. */
static const char *folder(struct arena *arena, const struct config *config)
{
	const char *language = config->mail_language;
	const char *all = place(arena, config);

	return language != NULL && *language != '\0'
	    ? arena_printf(arena, "%s/%s", all, language)
	    : all;
}

/* "72" or "0.5" hours. */
static const char *hours(struct arena *arena, int64_t seconds)
{
	return seconds % HOUR == 0
	    ? arena_printf(arena, "%lld", (long long)(seconds / HOUR))
	    : arena_printf(arena, "%.2f", (double)seconds / HOUR);
}

static const char *form(struct arena *arena, const char *path,
    const struct placeholder *values, enum surroundings surroundings,
    const char **problem)
{
	const char *text = template_text(arena, path, problem);

	return text != NULL
	    ? template_fill(arena, path, text, values, surroundings, problem)
	    : NULL;
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

/* What a link has. Returns false when the link or the lifetime is wrong. */
static bool fill_link(struct arena *arena, const struct config *config,
    const struct letter *letter, struct link *link, const char **problem)
{
	if (letter->link == NULL)
		return true;
	link->text = forms_link(arena, config, letter, problem);
	if (link->text == NULL)
		return false;
	link->hours = hours(arena, letter->lifetime);
	link->lifetime = lifetime_text(
	    arena, folder(arena, config), letter->lifetime, problem);
	return link->lifetime != NULL;
}

bool forms_fill(struct arena *arena, const struct config *config,
    const struct letter *letter, struct forms *forms, const char **problem)
{
	struct link link = { 0 };
	bool is_right = fill_link(arena, config, letter, &link, problem);
	const struct placeholder values[] = {
		{ "site_name",
		    config->site_name[0] != '\0' ? config->site_name
						 : config->public_url },
		{ "username", letter->username },
		{ "public_url", config->public_url },
		{ "link", link.text },
		{ "hours", link.hours },
		{ "lifetime", link.lifetime },
		{ "time", letter->login.time },
		{ "address", letter->login.address },
		{ "agent", letter->login.agent },
		{ 0 },
	};
	const char *stem = arena_printf(
	    arena, "%s/%s", folder(arena, config), letter->template);
	const char *text = arena_printf(arena, "%s.txt", stem);
	const char *html = arena_printf(arena, "%s.html", stem);

	if (!is_right)
		return false;
	forms->text = form(arena, text, values, IN_TEXT, problem);
	if (forms->text == NULL || !split(arena, text, forms, problem))
		return false;
	forms->html = form(arena, html, values, IN_HTML, problem);
	return forms->html != NULL;
}
