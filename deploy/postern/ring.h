/* ring.h - the key ring as the operator's command changes it. */
#pragma once
#include "command.h"
#include "key_folder.h"
#include "writing.h"

/*
 * The folder, locked: of two commands at once the second one waits. What is
 * new in it belongs to whom the folder belongs: to its owner, when root does
 * it, and to its group, when that may read the folder.
 */
struct ring {
	struct context *context;
	struct key_folder folder; /* as it was when it was opened */
	int lock;
	struct writing secret, public;
};

/*
 * Opens the folder; `group` may be NULL, `make` makes it where it is missing.
 * Returns false after saying why.
 */
bool ring_open(struct context *context, const char *path, const char *group,
    bool make, struct ring *ring);

/* The same for the ring of the configuration; a single key is refused. */
bool ring_open_own(
    struct context *context, const char *group, bool make, struct ring *ring);

/* Returns true when it is the ring of the configuration. */
bool ring_is_own(const struct ring *ring);

/* Brings the changes to the disk and lets others go on. */
void ring_close(struct ring *ring);

/* Returns the kid that signs; NULL when there is none or it cannot sign. */
const char *ring_signing(const struct ring *ring);

/*
 * Returns the key with this kid, or NULL after saying that there is none and
 * which there are.
 */
const struct key_entry *ring_find(const struct ring *ring, const char *id);

/*
 * Write, rename and remove files of the key ring by their whole names.
 * Return false after saying why.
 */
bool ring_write(struct ring *ring, const char *path,
    const struct writing *writing, const char *text, size_t size);
bool ring_rename(const char *from, const char *to);
bool ring_remove(const char *path);

/* Names the key that signs. Returns false after saying why. */
bool ring_sign_with(struct ring *ring, const char *id);

/*
 * Adds a key of ours with all that it has; the first one signs from now on,
 * which *signs tells. Returns false after saying why.
 */
bool ring_add(struct ring *ring, const struct key *key, bool *signs);
