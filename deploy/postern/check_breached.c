/* check_breached.c - looks at the file of breached passwords. */
#include <inttypes.h>

#include "breached.h"
#include "check.h"

void check_breached(struct context *context, struct report *report)
{
	const char *path = context->config->breached_passwords;
	const char *problem = NULL;
	int64_t count = 0;

	if (*path == '\0')
		return;
	count = breached_count(context->arena, path, &problem);
	if (count < 0)
		report_add(report, "breached", PROBLEM,
		    arena_printf(context->arena,
			"breached_passwords: %s; until then nobody can set a "
			"password",
			problem));
	else
		report_add(report, "breached", FINE,
		    arena_printf(context->arena, "%" PRId64 " hashes", count));
}
