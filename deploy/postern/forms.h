/* forms.h - a letter's templates filled in, before it is a message. */
#pragma once
#include <stdbool.h>
#include "letter.h"

/* What the templates of a letter say; lines end with LF. */
struct forms {
	const char *subject; /* one line */
	const char *text;
	const char *html;
};

/*
 * Fills TEMPLATE.txt, whose first line is "Subject: ...", and TEMPLATE.html in
 * from mail_templates; where that is not set, from ../share/postern/mail
 * beside the program, or from where make install puts them. With mail_language
 * they are in the folder of that name in there.
 * Placeholders: site_name, username (but not in an invitation), public_url; in
 * letters with a ticket also link, hours ("72") and lifetime ("3 days"); in a
 * notice of a login time, address and agent.
 * Returns false and sets *problem when a template or a setting is wrong.
 */
bool forms_fill(struct arena *arena, const struct config *config,
    const struct letter *letter, struct forms *forms, const char **problem);

/*
 * Returns the link of the letter: a relative one begins at the site's public
 * URL; uid, email and token are percent-encoded. NULL and *problem when it is wrong.
 */
const char *forms_link(struct arena *arena, const struct config *config,
    const struct letter *letter, const char **problem);
