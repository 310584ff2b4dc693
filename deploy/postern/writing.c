/* writing.c - files that are written whole or not at all. */
#include "writing.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "terminal.h"

static bool write_all(int file, const char *text, size_t size)
{
	while (size > 0) {
		ssize_t written = write(file, text, size);

		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0) {
			text += written;
			size -= (size_t)written;
		}
	}
	return true;
}

/* Nobody else can read it before it belongs to whom it is for. */
static bool fill(
    int file, const struct writing *writing, const char *text, size_t size)
{
	return ((writing->owner == (uid_t)-1 && writing->group == (gid_t)-1) ||
		   fchown(file, writing->owner, writing->group) == 0) &&
	    fchmod(file, writing->mode) == 0 && write_all(file, text, size) &&
	    fsync(file) == 0;
}

/* Closes the file; removes it, and keeps errno, unless all went well. */
static bool finish(int file, const char *path, bool is_written)
{
	int problem = errno;

	if (close(file) != 0 && is_written) {
		problem = errno;
		is_written = false;
	}
	if (!is_written)
		unlink(path);
	errno = problem;
	return is_written;
}

bool writing_new(const char *path, const struct writing *writing,
    const char *text, size_t size)
{
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	return file >= 0 && finish(file, path, fill(file, writing, text, size));
}

bool writing_over(struct arena *arena, const char *path,
    const struct writing *writing, const char *text, size_t size)
{
	const char *slash = strrchr(path, '/');
	size_t folder = slash != NULL ? (size_t)(slash - path) + 1 : 0;
	char *beside = arena_printf(
	    arena, "%.*s.%s.XXXXXX", (int)folder, path, path + folder);
	int file = mkostemp(beside, O_CLOEXEC);

	if (file < 0 || !finish(file, beside, fill(file, writing, text, size)))
		return false;
	if (rename(beside, path) == 0)
		return true;
	finish(-1, beside, false);
	return false;
}

bool writing_group(const char *name, gid_t *group)
{
	const struct group *found = NULL;

	*group = (gid_t)-1;
	if (name == NULL)
		return true;
	found = getgrnam(name);
	if (found == NULL) {
		terminal_problem("there is no group \"%s\"", name);
		return false;
	}
	*group = found->gr_gid;
	return true;
}
