/* key_folder.c - the folder of a key ring. */
#include "key_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMES_MAX 512 /* in the folder */
#define SIGNING "signing"

static const struct {
	enum key_file file;
	const char *suffix;
} suffixes[] = {
	{ KEY_FILE_KEY, "key" },
	{ KEY_FILE_PUB, "pub" },
	{ KEY_FILE_IMPORTED, "imported" },
	{ KEY_FILE_RETIRED, "retired" },
};

#define SUFFIXES (sizeof suffixes / sizeof *suffixes)

bool key_folder_is_meant(const char *path)
{
	struct stat status = { 0 };
	size_t length = strlen(path);

	return (length > 0 && path[length - 1] == '/') ||
	    (stat(path, &status) == 0 && S_ISDIR(status.st_mode));
}

bool key_folder_takes_id(const char *id, size_t size)
{
	if (size == 0 || size > KEY_ID_MAX || id[0] == '.')
		return false;
	for (size_t i = 0; i < size; i++)
		if (id[i] == '\0' ||
		    strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"
			   "yz0123456789._-=",
			id[i]) == NULL)
			return false;
	return true;
}

/* Takes the last part behind a dot off the name; NULL when there is none. */
static const char *take_part(char *name)
{
	char *dot = strrchr(name, '.');

	if (dot == NULL)
		return NULL;
	*dot = '\0';
	return dot + 1;
}

/* Reads KID.ALG.SUFFIX from its end, since a kid may have dots in it. */
static bool read_name(
    struct arena *arena, const char *name, struct key_entry *entry)
{
	char *rest = arena_string(arena, name);
	const char *suffix = take_part(rest);
	const char *algorithm = suffix != NULL ? take_part(rest) : NULL;
	int number = algorithm != NULL ? config_algorithm_named(algorithm) : -1;

	if (number < 0 || !key_folder_takes_id(rest, strlen(rest)))
		return false;
	*entry = (struct key_entry){ rest, (enum algorithm)number, 0 };
	for (size_t i = 0; i < SUFFIXES; i++)
		if (strcmp(suffix, suffixes[i].suffix) == 0)
			entry->files = suffixes[i].file;
	return entry->files != 0;
}

static int compare(const void *a, const void *b)
{
	const struct key_entry *first = a, *second = b;
	int order = strcmp(first->id, second->id);

	return order != 0 ? order
			  : (int)first->algorithm - (int)second->algorithm;
}

/* Files of one key become one entry. */
static void merge(struct key_folder *folder)
{
	size_t count = 0;

	qsort(folder->entries, folder->count, sizeof *folder->entries, compare);
	for (size_t i = 0; i < folder->count; i++) {
		struct key_entry *entry = &folder->entries[i];

		if (count > 0 &&
		    compare(&folder->entries[count - 1], entry) == 0)
			folder->entries[count - 1].files |= entry->files;
		else
			folder->entries[count++] = *entry;
	}
	folder->count = count;
}

static bool list(struct arena *arena, DIR *names, struct key_folder *folder)
{
	const struct dirent *name = NULL;
	size_t count = 0;

	folder->entries =
	    arena_alloc(arena, NAMES_MAX * sizeof *folder->entries);
	folder->strangers =
	    arena_alloc(arena, NAMES_MAX * sizeof *folder->strangers);
	for (errno = 0; (name = readdir(names)) != NULL; errno = 0) {
		if (strcmp(name->d_name, ".") == 0 ||
		    strcmp(name->d_name, "..") == 0 ||
		    strcmp(name->d_name, SIGNING) == 0)
			continue;
		if (++count > NAMES_MAX) {
			errno = EOVERFLOW;
			return false;
		}
		if (read_name(
			arena, name->d_name, &folder->entries[folder->count]))
			folder->count++;
		else
			folder->strangers[folder->strangers_count++] =
			    arena_string(arena, name->d_name);
	}
	return errno == 0;
}

bool key_folder_read(struct arena *arena, const char *path,
    struct key_folder *folder, const char **problem)
{
	struct stat status = { 0 };
	size_t length = strlen(path);
	DIR *names = opendir(path);
	bool is_read = false;

	while (length > 1 && path[length - 1] == '/')
		length--;
	*folder = (struct key_folder){ 0 };
	folder->path = arena_copy(arena, path, length);
	if (names == NULL || fstat(dirfd(names), &status) != 0) {
		*problem = arena_printf(
		    arena, "%s: cannot be read: %s", path, strerror(errno));
	} else if ((status.st_mode & S_IWOTH) != 0) {
		*problem = arena_printf(
		    arena, "%s: others can write it; chmod o-w %s", path, path);
	} else {
		is_read = list(arena, names, folder);
		if (!is_read)
			*problem = arena_printf(arena, "%s: cannot be read: %s",
			    path, strerror(errno));
	}
	if (names != NULL)
		closedir(names);
	if (is_read)
		merge(folder);
	return is_read;
}

const struct key_entry *key_folder_find(
    const struct key_folder *folder, const char *id)
{
	for (size_t i = 0; i < folder->count; i++)
		if (strcmp(folder->entries[i].id, id) == 0)
			return &folder->entries[i];
	return NULL;
}

bool key_entry_is_live(const struct key_entry *entry)
{
	return (entry->files & KEY_FILE_RETIRED) == 0;
}

bool key_entry_can_sign(const struct key_entry *entry)
{
	return key_entry_is_live(entry) && (entry->files & KEY_FILE_KEY) != 0;
}

const char *key_entry_path(struct arena *arena, const struct key_folder *folder,
    const struct key_entry *entry, enum key_file file)
{
	const char *suffix = "";

	for (size_t i = 0; i < SUFFIXES; i++)
		if (suffixes[i].file == file)
			suffix = suffixes[i].suffix;
	return arena_printf(arena, "%s/%s.%s.%s", folder->path, entry->id,
	    config_algorithm(entry->algorithm), suffix);
}

/* A retirement that was interrupted leaves the public half: that is none. */
static const char *entry_fault(struct arena *arena,
    const struct key_folder *folder, const struct key_entry *entry)
{
	const unsigned files = entry->files;
	const char *key = key_entry_path(arena, folder, entry, KEY_FILE_KEY);
	const char *pub = key_entry_path(arena, folder, entry, KEY_FILE_PUB);
	const char *imported =
	    key_entry_path(arena, folder, entry, KEY_FILE_IMPORTED);

	if ((files & KEY_FILE_KEY) != 0 && (files & KEY_FILE_RETIRED) != 0)
		return arena_printf(arena,
		    "%s: the same key is retired; remove one of the two files",
		    key);
	if ((files & KEY_FILE_IMPORTED) != 0 && files != KEY_FILE_IMPORTED)
		return arena_printf(arena,
		    "%s: the same kid is that of a key of ours; remove one of "
		    "them",
		    imported);
	if (!key_entry_is_live(entry))
		return NULL;
	if (key_is_hmac(entry->algorithm))
		return files == KEY_FILE_KEY
		    ? NULL
		    : arena_printf(arena,
			  "%s: a key of HS has no public half; remove it",
			  (files & KEY_FILE_PUB) != 0 ? pub : imported);
	if (files == KEY_FILE_KEY)
		return arena_printf(arena,
		    "%s: its public half is missing; make it with: openssl "
		    "pkey -in %s -pubout -out %s",
		    key, key, pub);
	return NULL;
}

const char *key_folder_fault(
    struct arena *arena, const struct key_folder *folder)
{
	for (size_t i = 0; i < folder->count; i++) {
		const struct key_entry *entry = &folder->entries[i];
		const char *fault = entry_fault(arena, folder, entry);

		if (fault != NULL)
			return fault;
		if (i > 0 && strcmp(entry[-1].id, entry->id) == 0)
			return arena_printf(arena,
			    "%s/%s: two keys have this kid, of %s and %s; "
			    "remove one of them",
			    folder->path, entry->id,
			    config_algorithm(entry[-1].algorithm),
			    config_algorithm(entry->algorithm));
	}
	return NULL;
}

const char *key_folder_choice(
    struct arena *arena, const struct key_folder *folder)
{
	const char *text = "";

	for (size_t i = 0; i < folder->count; i++)
		if (key_entry_can_sign(&folder->entries[i]))
			text = arena_printf(arena, "%s%s%s", text,
			    *text == '\0' ? "; there are: " : ", ",
			    folder->entries[i].id);
	return text;
}
