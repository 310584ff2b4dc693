/* secret_file.c - a new file for a secret. */
#include "secret_file.h"

#include <errno.h>
#include <string.h>

#include "terminal.h"
#include "writing.h"

bool secret_file_new(const char *path, const char *group, const char *text)
{
	struct writing writing = { 0600, (uid_t)-1, (gid_t)-1 };

	if (!writing_group(group, &writing.group))
		return false;
	if (group != NULL)
		writing.mode = 0640;
	if (writing_new(path, &writing, text, strlen(text)))
		return true;
	terminal_problem("%s: no key is made: %s", path,
	    errno == EEXIST ? "the file exists, and a key is never overwritten"
			    : strerror(errno));
	return false;
}
