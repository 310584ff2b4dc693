/* keyfile.c - makes the file of breached passwords. */
#include "keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "breached.h"
#include "keyruns.h"

struct keyfile {
	const char *path;
	char *temporary;
	int file;       /* locked; the lock is that of the name */
	bool is_placed; /* the temporary name is not, or no longer, ours */
	uint64_t *keys; /* those that wait to be written */
	size_t held, most;
	struct keyruns runs;
};

struct keyfile *keyfile_open(const char *path, size_t memory)
{
	size_t size = strlen(path) + sizeof ".new";
	struct keyfile *file = calloc(1, sizeof *file);

	if (file == NULL)
		return NULL;
	file->path = path;
	file->most = memory / sizeof *file->keys;
	file->keys = malloc(memory);
	file->temporary = malloc(size);
	file->file = -1;
	file->is_placed = true;
	if (file->keys == NULL || file->temporary == NULL) {
		keyfile_close(file);
		errno = ENOMEM;
		return NULL;
	}
	snprintf(file->temporary, size, "%s.new", path);
	file->file = open(file->temporary, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (file->file < 0 || flock(file->file, LOCK_EX | LOCK_NB) != 0 ||
	    ftruncate(file->file, 0) != 0) {
		int problem = errno;

		keyfile_close(file);
		errno = problem;
		return NULL;
	}
	file->is_placed = false;
	return file;
}

void keyfile_close(struct keyfile *file)
{
	if (file == NULL)
		return;
	if (!file->is_placed)
		unlink(file->temporary);
	if (file->file >= 0)
		close(file->file);
	keyruns_free(&file->runs);
	free(file->keys);
	free(file->temporary);
	free(file);
}

static int compare(const void *a, const void *b)
{
	uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;

	return (first > second) - (first < second);
}

static bool is_ascending(const uint64_t *keys, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (keys[i] < keys[i - 1])
			return false;
	return true;
}

static bool flush(struct keyfile *file)
{
	size_t held = file->held;

	/* Most lists are sorted already. */
	if (!is_ascending(file->keys, held))
		qsort(file->keys, held, sizeof *file->keys, compare);
	file->held = 0;
	return keyruns_add(&file->runs, file->file, file->keys, held);
}

bool keyfile_add(struct keyfile *file, uint64_t key)
{
	if (file->held == file->most && !flush(file))
		return false;
	file->keys[file->held++] = key;
	return true;
}

/* Several sorted runs to one, in another file of the same name. */
static bool merge(struct keyfile *file)
{
	int merged = -1, problem = 0;
	bool is_done = false;

	if (unlink(file->temporary) != 0)
		return false;
	file->is_placed = true;
	merged =
	    open(file->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (merged < 0)
		return false;
	if (flock(merged, LOCK_EX | LOCK_NB) == 0) {
		file->is_placed = false;
		is_done = keyruns_merge(&file->runs, file->file, merged);
	}
	problem = errno;
	close(file->file);
	file->file = merged;
	errno = problem;
	return is_done;
}

/* A name is safe on the disk when its folder is. */
static bool sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = slash == NULL
	    ? strdup(".")
	    : strndup(path, slash == path ? 1 : (size_t)(slash - path));
	int folder =
	    name != NULL ? open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	bool is_done = folder >= 0 && fsync(folder) == 0;

	if (folder >= 0)
		close(folder);
	free(name);
	return is_done;
}

bool keyfile_finish(struct keyfile *file, uint64_t *count)
{
	unsigned char head[BREACHED_HEAD_SIZE];

	if (!flush(file) || (file->runs.count > 1 && !merge(file)))
		return false;
	*count = keyruns_total(&file->runs);
	breached_head(head, *count);
	if (pwrite(file->file, head, sizeof head, 0) != sizeof head ||
	    fsync(file->file) != 0 || rename(file->temporary, file->path) != 0)
		return false;
	file->is_placed = true;
	return sync_folder(file->path);
}
