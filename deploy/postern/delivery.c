/* delivery.c - how a written letter leaves, and the folder as a transport. */
#include "delivery.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum delivery delivery_send(struct arena *arena, const struct config *config,
    const struct parcel *parcel, const char **problem)
{
	switch (config->mail_transport) {
	case MAIL_FOLDER:
		return folder_send(arena, config, parcel, problem);
	case MAIL_SMTP:
		return smtp_send(arena, config, parcel, problem);
	case MAIL_SENDMAIL:
		break;
	}
	return sendmail_send(arena, config, parcel, problem);
}

/* "20260131T235959.123456Z-NAME": sorted by name is sorted by time. */
static const char *file_name(struct arena *arena, const char *name)
{
	struct timespec now = { 0 };
	struct tm parts = { 0 };
	char stamp[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &parts);
	strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%S", &parts);
	return arena_printf(
	    arena, "%s.%06ldZ-%s.eml", stamp, now.tv_nsec / 1000, name);
}

static bool write_all(int file, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t done = write(file, bytes, size);

		if (done < 0 && errno != EINTR)
			return false;
		if (done > 0) {
			bytes += done;
			size -= (size_t)done;
		}
	}
	return true;
}

/* Writes the file under a name that no reader of *.eml takes up. */
static bool write_file(
    int folder, const char *temporary, const struct parcel *parcel)
{
	int file = openat(folder, temporary,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool is_written = false;

	if (file < 0)
		return false;
	is_written =
	    write_all(file, parcel->text, parcel->size) && fsync(file) == 0;
	return close(file) == 0 && is_written;
}

enum delivery folder_send(struct arena *arena, const struct config *config,
    const struct parcel *parcel, const char **problem)
{
	const char *name = file_name(arena, parcel->name);
	const char *temporary = arena_printf(arena, ".%s.part", name);
	int folder =
	    open(config->mail_folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int wrong = 0;

	if (folder >= 0 && write_file(folder, temporary, parcel) &&
	    renameat(folder, temporary, folder, name) == 0 &&
	    fsync(folder) == 0) {
		close(folder);
		return DELIVERED;
	}
	wrong = errno;
	if (folder >= 0) {
		unlinkat(folder, temporary, 0);
		close(folder);
	}
	*problem = arena_printf(
	    arena, "mail_folder: cannot be written: %s", strerror(wrong));
	return DELIVER_LATER;
}
