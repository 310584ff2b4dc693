/* config_secret.c - files that only some may read. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "secret.h"

/* Everything that is written by strangers to the file's owner and group. */
#define OTHERS (S_IROTH | S_IWOTH)

/* Reads to the end of the file. Returns the number of bytes, or -1. */
static ssize_t read_whole(int file, char *bytes, size_t limit)
{
	size_t used = 0;
	ssize_t got = 1;

	while (used < limit && got > 0) {
		got = read(file, bytes + used, limit - used);
		used += got > 0 ? (size_t)got : 0;
	}
	return got < 0 ? got : (ssize_t)used;
}

char *config_read_secret(struct arena *arena, const char *path, size_t limit,
    size_t *size, const char **problem)
{
	struct stat status = { 0 };
	char *bytes = NULL;
	ssize_t got = -1;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (file < 0 || fstat(file, &status) != 0) {
		*problem = arena_printf(
		    arena, "%s: cannot be read: %s", path, strerror(errno));
	} else if (!S_ISREG(status.st_mode)) {
		*problem = arena_printf(arena, "%s: is not a file", path);
	} else if ((status.st_mode & OTHERS) != 0) {
		*problem = arena_printf(arena,
		    "%s: can be read or written by others; chmod o-rwx %s",
		    path, path);
	} else if ((uintmax_t)status.st_size > limit) {
		*problem = arena_printf(
		    arena, "%s: is longer than %zu bytes", path, limit);
	} else if ((bytes = secret_alloc(limit + 1)) == NULL) {
		*problem =
		    arena_printf(arena, "%s: there is no memory for it", path);
	} else if ((got = read_whole(file, bytes, limit)) < 0) {
		*problem = arena_printf(
		    arena, "%s: cannot be read: %s", path, strerror(errno));
		secret_free(bytes);
		bytes = NULL;
	}
	if (file >= 0)
		close(file);
	if (bytes == NULL)
		return NULL;
	*size = (size_t)got;
	if (*size > 0 && bytes[*size - 1] == '\n')
		(*size)--;
	bytes[*size] = '\0';
	return bytes;
}
