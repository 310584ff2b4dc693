/* secret_file.c - a new file for a secret. */
#include "secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "terminal.h"

#define NO_GROUP ((gid_t)-1)

static bool find_group(const char *name, gid_t *group)
{
	const struct group *found = NULL;

	*group = NO_GROUP;
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

/* Returns false with errno; then no file is left behind. */
static bool write_file(const char *path, gid_t group, const char *text)
{
	mode_t mode = group == NO_GROUP ? 0600 : 0640;
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool is_written = false;
	int problem = 0;

	if (file < 0)
		return false;
	is_written =
	    (group == NO_GROUP || fchown(file, (uid_t)-1, group) == 0) &&
	    fchmod(file, mode) == 0 && write_all(file, text, strlen(text)) &&
	    fsync(file) == 0;
	problem = errno;
	close(file);
	if (!is_written)
		unlink(path);
	errno = problem;
	return is_written;
}

bool secret_file_new(const char *path, const char *group, const char *text)
{
	gid_t id = NO_GROUP;

	if (!find_group(group, &id))
		return false;
	if (write_file(path, id, text))
		return true;
	terminal_problem("%s: no key is made: %s", path,
	    errno == EEXIST ? "the file exists, and a key is never overwritten"
			    : strerror(errno));
	return false;
}
