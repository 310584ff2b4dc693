/* key_folder_signing.c - which key of a ring signs. */
#include "key_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Reads the file into a text. Who can write it chooses the key.
 * Returns the fault, or NULL.
 */
static const char *read_text(int file, char *text, size_t room)
{
	struct stat status = { 0 };
	ssize_t got = 0;

	if (file < 0 || fstat(file, &status) != 0)
		return strerror(errno);
	if (!S_ISREG(status.st_mode))
		return "it is not a file";
	if ((status.st_mode & S_IWOTH) != 0)
		return "others can write it; chmod o-w";
	got = read(file, text, room - 1);
	if (got < 0)
		return strerror(errno);
	text[got] = '\0';
	return NULL;
}

static const char *fault_of(
    const struct key_folder *folder, const char *id, size_t length)
{
	const struct key_entry *entry = NULL;

	if (id[length] != '\0' || !key_folder_takes_id(id, length))
		return "it is not one line with a kid";
	entry = key_folder_find(folder, id);
	if (entry == NULL)
		return "there is no such key";
	if (!key_entry_is_live(entry))
		return "this key is retired";
	if ((entry->files & KEY_FILE_IMPORTED) != 0)
		return "this key is another issuer's";
	return key_entry_can_sign(entry) ? NULL
					 : "this key has no private half here";
}

bool key_folder_signing(struct arena *arena, const struct key_folder *folder,
    const char **signing, const char **problem)
{
	const char *path = arena_printf(arena, "%s/signing", folder->path);
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char *id = arena_alloc(arena, KEY_ID_MAX + 3);
	const char *fault = NULL;
	size_t length = 0;

	*signing = NULL;
	if (file < 0 && errno == ENOENT)
		return true;
	fault = read_text(file, id, KEY_ID_MAX + 3);
	if (file >= 0)
		close(file);
	if (fault != NULL) {
		*problem = arena_printf(arena, "%s: %s", path, fault);
		return false;
	}
	length = strcspn(id, "\n");
	if (id[length] == '\n' && id[length + 1] == '\0')
		id[length] = '\0';
	fault = fault_of(folder, id, length);
	if (fault == NULL)
		*signing = id;
	else
		*problem =
		    arena_printf(arena, "%s:1: %s; run postern key use KID%s",
			path, fault, key_folder_choice(arena, folder));
	return fault == NULL;
}
