/*
 * key_folder.h - the folder of a key ring: which keys lie in it, under which
 * names, and which of them signs.
 *
 *     KID.ALG.key       what signs and verifies: a secret or a private PEM
 *     KID.ALG.pub       the public PEM beside it, or alone: it verifies only
 *     KID.ALG.imported  the public PEM of another issuer
 *     KID.ALG.retired   a key that verifies nothing any more
 *     signing           a line with the kid of the key that signs
 *
 * Whoever changes it writes beside and renames, so that the folder has another
 * time of change. Names that begin with a dot belong to nobody.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "arena.h"
#include "key.h"

/* Files of a key; as a sum those that are there. */
enum key_file {
	KEY_FILE_KEY = 1,
	KEY_FILE_PUB = 2,
	KEY_FILE_IMPORTED = 4,
	KEY_FILE_RETIRED = 8
};

struct key_entry {
	const char *id;
	enum algorithm algorithm;
	unsigned files; /* of enum key_file */
};

struct key_folder {
	const char *path;          /* without a slash at the end */
	struct key_entry *entries; /* in the order of their kids */
	size_t count;
	const char **strangers; /* names that mean nothing here */
	size_t strangers_count;
};

/*
 * Returns true when signing_key means a key ring: a folder, or a name with a
 * slash at its end.
 */
bool key_folder_is_meant(const char *path);

/* Returns true when the bytes can be a kid in here: letters, digits, . _ - = */
bool key_folder_takes_id(const char *id, size_t size);

/*
 * Lists the folder. Returns false and sets *problem (in the arena) when it
 * cannot be read or others can write it.
 */
bool key_folder_read(struct arena *arena, const char *path,
    struct key_folder *folder, const char **problem);

/* Returns the key with this kid, the first one; NULL when there is none. */
const struct key_entry *key_folder_find(
    const struct key_folder *folder, const char *id);

/* Returns true unless the key is retired. */
bool key_entry_is_live(const struct key_entry *entry);

/* Returns true when the key is ours, alive, and its secret half is here. */
bool key_entry_can_sign(const struct key_entry *entry);

/* Returns the name of one file of the key, with the folder's in front. */
const char *key_entry_path(struct arena *arena, const struct key_folder *folder,
    const struct key_entry *entry, enum key_file file);

/*
 * Looks for what cannot stand together: two keys of one kid, files that
 * contradict each other, halves that are missing.
 * Returns NULL, or the fault: "FILE: what is wrong; what to do".
 */
const char *key_folder_fault(
    struct arena *arena, const struct key_folder *folder);

/*
 * Reads the file `signing` and sets *signing to the kid in it, NULL when there
 * is no such file. Returns false and sets *problem when it cannot be read, is
 * not one line with a kid, or no key that could sign has this kid.
 */
bool key_folder_signing(struct arena *arena, const struct key_folder *folder,
    const char **signing, const char **problem);

/* Returns "; there are: KID, KID" of the keys that could sign, or "". */
const char *key_folder_choice(
    struct arena *arena, const struct key_folder *folder);
