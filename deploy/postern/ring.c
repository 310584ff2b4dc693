/* ring.c - the key ring as the operator's command changes it. */
#include "ring.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "secret.h"
#include "terminal.h"

#define GROUP_READS (S_IRGRP | S_IXGRP)

static bool say(const char *path)
{
	terminal_problem("%s: %s", path, strerror(errno));
	return false;
}

/* The folder's group is changed only where it is named. */
static bool give_to_group(int folder, gid_t group, struct stat *status)
{
	if (group == (gid_t)-1 ||
	    (status->st_gid == group &&
		(status->st_mode & GROUP_READS) == GROUP_READS))
		return true;
	return fchown(folder, (uid_t)-1, group) == 0 &&
	    fchmod(folder, (status->st_mode & 07777) | GROUP_READS) == 0 &&
	    fstat(folder, status) == 0;
}

static bool take(struct ring *ring, const char *path, gid_t group)
{
	struct stat status = { 0 };
	bool group_reads = false;

	if (flock(ring->lock, LOCK_EX) != 0 ||
	    fstat(ring->lock, &status) != 0 ||
	    !give_to_group(ring->lock, group, &status))
		return say(path);
	group_reads = (status.st_mode & GROUP_READS) == GROUP_READS;
	ring->secret.mode = group_reads ? 0640 : 0600;
	ring->secret.owner = geteuid() == 0 ? status.st_uid : (uid_t)-1;
	ring->secret.group = group_reads ? status.st_gid : (gid_t)-1;
	ring->public = ring->secret;
	ring->public.mode = 0644;
	return true;
}

static bool read_folder(struct ring *ring, const char *path)
{
	const char *problem = NULL;

	if (key_folder_read(
		ring->context->arena, path, &ring->folder, &problem))
		return true;
	terminal_problem("%s", problem);
	return false;
}

bool ring_open(struct context *context, const char *path, const char *group,
    bool make, struct ring *ring)
{
	gid_t number = (gid_t)-1;

	*ring = (struct ring){ .context = context, .lock = -1 };
	if (!writing_group(group, &number))
		return false;
	if (make && mkdir(path, 0700) != 0 && errno != EEXIST)
		return say(path);
	ring->lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ring->lock < 0) {
		terminal_problem("%s: %s%s", path, strerror(errno),
		    errno == ENOENT ? "; run postern key new" : "");
		return false;
	}
	if (take(ring, path, number) && read_folder(ring, path))
		return true;
	ring_close(ring);
	return false;
}

bool ring_open_own(
    struct context *context, const char *group, bool make, struct ring *ring)
{
	const char *path = context->config->signing_key;

	if (path[0] != '\0' && key_folder_is_meant(path))
		return ring_open(context, path, group, make, ring);
	terminal_problem("%s%sthis needs a key ring; set signing_key to a "
			 "folder, as in signing_key = keys/, and take the key "
			 "that is there into it with postern key add FILE",
	    path, path[0] != '\0' ? ": it is one key, and " : "");
	return false;
}

bool ring_is_own(const struct ring *ring)
{
	struct stat own = { 0 }, this = { 0 };

	return stat(ring->context->config->signing_key, &own) == 0 &&
	    fstat(ring->lock, &this) == 0 && own.st_dev == this.st_dev &&
	    own.st_ino == this.st_ino;
}

void ring_close(struct ring *ring)
{
	if (ring->lock < 0)
		return;
	fsync(ring->lock);
	close(ring->lock);
	ring->lock = -1;
}

const char *ring_signing(const struct ring *ring)
{
	const char *signing = NULL, *problem = NULL;

	return key_folder_signing(
		   ring->context->arena, &ring->folder, &signing, &problem)
	    ? signing
	    : NULL;
}

const struct key_entry *ring_find(const struct ring *ring, const char *id)
{
	struct arena *arena = ring->context->arena;
	const struct key_entry *entry = key_folder_find(&ring->folder, id);
	const char *text = "";

	if (entry != NULL)
		return entry;
	for (size_t i = 0; i < ring->folder.count; i++)
		text = arena_printf(arena, "%s%s%s", text,
		    i == 0 ? "; there are: " : ", ",
		    ring->folder.entries[i].id);
	terminal_problem("%s: there is no key %s%s", ring->folder.path,
	    terminal_printable(arena, id), text);
	return NULL;
}

bool ring_write(struct ring *ring, const char *path,
    const struct writing *writing, const char *text, size_t size)
{
	return writing_over(ring->context->arena, path, writing, text, size) ||
	    say(path);
}

bool ring_rename(const char *from, const char *to)
{
	return rename(from, to) == 0 || say(from);
}

bool ring_remove(const char *path)
{
	return unlink(path) == 0 || errno == ENOENT || say(path);
}

bool ring_sign_with(struct ring *ring, const char *id)
{
	struct arena *arena = ring->context->arena;
	const char *line = arena_printf(arena, "%s\n", id);

	return ring_write(ring,
	    arena_printf(arena, "%s/signing", ring->folder.path), &ring->public,
	    line, strlen(line));
}
