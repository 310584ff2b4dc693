/* breached.c - passwords that are known from breaches. */
#include "breached.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "postern-breached"
#define MAGIC_SIZE 16
#define VERSION 1
#define SAMPLES 1000

static const char damaged[] = "it is damaged; make it again";

struct list {
	int file;
	uint64_t count;
};

void breached_bytes(unsigned char bytes[BREACHED_KEY_SIZE], uint64_t number)
{
	for (size_t i = BREACHED_KEY_SIZE; i-- > 0; number >>= 8)
		bytes[i] = (unsigned char)(number & 0xff);
}

uint64_t breached_number(const unsigned char bytes[BREACHED_KEY_SIZE])
{
	uint64_t number = 0;

	for (size_t i = 0; i < BREACHED_KEY_SIZE; i++)
		number = number << 8 | bytes[i];
	return number;
}

void breached_head(unsigned char head[BREACHED_HEAD_SIZE], uint64_t count)
{
	memcpy(head, MAGIC, MAGIC_SIZE);
	breached_bytes(head + MAGIC_SIZE, VERSION);
	breached_bytes(head + MAGIC_SIZE + BREACHED_KEY_SIZE, count);
}

/* Returns what is wrong, or NULL. */
static const char *read_at(
    int file, unsigned char *bytes, size_t size, uint64_t place)
{
	ssize_t got = pread(file, bytes, size, (off_t)place);

	if (got < 0)
		return strerror(errno);
	return (size_t)got == size ? NULL : damaged;
}

static const char *read_key(
    const struct list *list, uint64_t index, uint64_t *key)
{
	unsigned char bytes[BREACHED_KEY_SIZE] = { 0 };
	const char *problem = read_at(list->file, bytes, sizeof bytes,
	    BREACHED_HEAD_SIZE + index * BREACHED_KEY_SIZE);

	*key = breached_number(bytes);
	return problem;
}

static const char *read_head(struct list *list)
{
	unsigned char head[BREACHED_HEAD_SIZE], wanted[BREACHED_HEAD_SIZE];
	const char *problem = NULL;
	struct stat status = { 0 };

	if (fstat(list->file, &status) != 0)
		return strerror(errno);
	problem = read_at(list->file, head, sizeof head, 0);
	if (problem == NULL) {
		list->count =
		    breached_number(head + MAGIC_SIZE + BREACHED_KEY_SIZE);
		breached_head(wanted, list->count);
	}
	if (problem == damaged ||
	    (problem == NULL && memcmp(head, wanted, sizeof head) != 0))
		return "it is no list of breached passwords; make one with "
		       "postern breached build";
	if (problem != NULL)
		return problem;
	if (status.st_size < BREACHED_HEAD_SIZE ||
	    ((uint64_t)status.st_size - BREACHED_HEAD_SIZE) /
		    BREACHED_KEY_SIZE !=
		list->count ||
	    (uint64_t)status.st_size % BREACHED_KEY_SIZE != 0)
		return damaged;
	return NULL;
}

static const char *open_list(struct list *list, const char *path)
{
	list->file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	return list->file < 0 ? strerror(errno) : read_head(list);
}

static void close_list(struct list *list)
{
	if (list->file >= 0)
		close(list->file);
}

/* Every key that is read lies between those that were. */
static const char *search(
    const struct list *list, uint64_t wanted, bool *is_found)
{
	uint64_t low = 0, high = list->count; /* it is at low or behind */
	uint64_t least = 0, most = UINT64_MAX;

	*is_found = false;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2, key = 0;
		const char *problem = read_key(list, middle, &key);

		if (problem != NULL)
			return problem;
		if (key < least || key > most)
			return damaged;
		if (key == wanted) {
			*is_found = true;
			return NULL;
		}
		if (key < wanted) {
			low = middle + 1;
			least = key;
		} else {
			high = middle;
			most = key;
		}
	}
	return NULL;
}

enum breached breached_find(struct arena *arena, const char *path,
    const char *password, const char **problem)
{
	unsigned char digest[SHA1_SIZE];
	struct list list = { -1, 0 };
	const char *why = open_list(&list, path);
	bool is_found = false;

	if (why == NULL && !sha1_digest(password, strlen(password), digest))
		why = "there is no SHA-1 on this machine";
	if (why == NULL)
		why = search(&list, breached_number(digest), &is_found);
	close_list(&list);
	if (why != NULL) {
		*problem = arena_printf(arena, "%s: %s", path, why);
		return BREACHED_UNKNOWN;
	}
	return is_found ? BREACHED_FOUND : BREACHED_NOT;
}

static const char *check_order(const struct list *list)
{
	uint64_t step = list->count / SAMPLES + 1, last = 0;

	for (uint64_t i = 0; i < list->count; i += step) {
		uint64_t key = 0;
		const char *problem = read_key(list, i, &key);

		if (problem != NULL)
			return problem;
		if (i > 0 && key <= last)
			return damaged;
		last = key;
	}
	return NULL;
}

int64_t breached_count(
    struct arena *arena, const char *path, const char **problem)
{
	struct list list = { -1, 0 };
	const char *why = open_list(&list, path);

	if (why == NULL)
		why = check_order(&list);
	close_list(&list);
	if (why == NULL)
		return (int64_t)list.count;
	*problem = arena_printf(arena, "%s: %s", path, why);
	return -1;
}
