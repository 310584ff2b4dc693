/* keyruns.c - sorted runs of keys in a file, and their merging. */
#include "keyruns.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "breached.h"

#define BLOCK 4096 /* keys that are read or written at once */
#define BLOCK_SIZE ((size_t)BLOCK * BREACHED_KEY_SIZE)

/* One run while it is merged: what is left of it. */
struct source {
	uint64_t next, end; /* numbers of keys in the file */
	uint64_t keys[BLOCK];
	size_t at, held;
};

struct merging {
	int from, to;
	struct source *sources;
	size_t *heap; /* sources; the one with the least key is first */
	size_t count;
	uint64_t block[BLOCK]; /* to be written */
	size_t held;
	struct keyruns written;
};

uint64_t keyruns_total(const struct keyruns *runs)
{
	return runs->count > 0 ? runs->ends[runs->count - 1] : 0;
}

void keyruns_free(struct keyruns *runs)
{
	free(runs->ends);
	*runs = (struct keyruns){ 0 };
}

static off_t place_of(uint64_t key)
{
	return (off_t)(BREACHED_HEAD_SIZE + key * BREACHED_KEY_SIZE);
}

static bool write_all(
    int file, const unsigned char *bytes, size_t size, off_t place)
{
	while (size > 0) {
		ssize_t written = pwrite(file, bytes, size, place);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		bytes += written;
		size -= (size_t)written;
		place += written;
	}
	return true;
}

static bool write_keys(
    int file, const uint64_t *keys, size_t count, uint64_t place)
{
	unsigned char bytes[BLOCK_SIZE];

	while (count > 0) {
		size_t some = count < BLOCK ? count : BLOCK;

		for (size_t i = 0; i < some; i++)
			breached_bytes(bytes + i * BREACHED_KEY_SIZE, keys[i]);
		if (!write_all(
			file, bytes, some * BREACHED_KEY_SIZE, place_of(place)))
			return false;
		keys += some;
		count -= some;
		place += some;
	}
	return true;
}

/* Leaves each key once. Returns how many there are. */
static size_t unique(uint64_t *keys, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (kept == 0 || keys[i] != keys[kept - 1])
			keys[kept++] = keys[i];
	return kept;
}

bool keyruns_add(struct keyruns *runs, int file, uint64_t *keys, size_t count)
{
	uint64_t total = keyruns_total(runs);

	count = unique(keys, count);
	if (count > 0 && runs->count > 0 && keys[0] == runs->last) {
		keys++;
		count--;
	}
	if (count == 0)
		return true;
	if (runs->count == 0 || keys[0] < runs->last) {
		uint64_t *ends =
		    realloc(runs->ends, (runs->count + 1) * sizeof *runs->ends);

		if (ends == NULL)
			return false;
		runs->ends = ends;
		runs->count++;
	}
	runs->ends[runs->count - 1] = total + count;
	runs->last = keys[count - 1];
	return write_keys(file, keys, count, total);
}

/* Reads on where nothing is held. Sets *is_over at the end of the run. */
static bool fill(struct source *source, int file, bool *is_over)
{
	unsigned char bytes[BLOCK_SIZE];
	uint64_t left = source->end - source->next;
	size_t some = left < BLOCK ? (size_t)left : BLOCK;
	ssize_t got = 0;

	*is_over = source->at == source->held && some == 0;
	if (source->at < source->held || some == 0)
		return true;
	got = pread(
	    file, bytes, some * BREACHED_KEY_SIZE, place_of(source->next));
	if (got != (ssize_t)(some * BREACHED_KEY_SIZE)) {
		errno = got < 0 ? errno : EIO;
		return false;
	}
	for (size_t i = 0; i < some; i++)
		source->keys[i] =
		    breached_number(bytes + i * BREACHED_KEY_SIZE);
	source->next += some;
	source->at = 0;
	source->held = some;
	return true;
}

static uint64_t least_of(const struct merging *merging, size_t place)
{
	const struct source *source = &merging->sources[merging->heap[place]];

	return source->keys[source->at];
}

/* Moves the source at a place of the heap down to where it belongs. */
static void sift(struct merging *merging, size_t place)
{
	for (;;) {
		size_t child = 2 * place + 1, source = merging->heap[place];

		if (child + 1 < merging->count &&
		    least_of(merging, child + 1) < least_of(merging, child))
			child++;
		if (child >= merging->count ||
		    least_of(merging, place) <= least_of(merging, child))
			return;
		merging->heap[place] = merging->heap[child];
		merging->heap[child] = source;
		place = child;
	}
}

static bool write_block(struct merging *merging)
{
	size_t held = merging->held;

	merging->held = 0;
	return keyruns_add(
	    &merging->written, merging->to, merging->block, held);
}

/* Takes the least key of all; then the heap is one again. */
static bool step(struct merging *merging)
{
	struct source *source = &merging->sources[merging->heap[0]];
	bool is_over = false;

	if (merging->held == BLOCK && !write_block(merging))
		return false;
	merging->block[merging->held++] = source->keys[source->at++];
	if (!fill(source, merging->from, &is_over))
		return false;
	if (is_over)
		merging->heap[0] = merging->heap[--merging->count];
	if (merging->count > 0)
		sift(merging, 0);
	return true;
}

static bool begin(struct merging *merging, const struct keyruns *runs)
{
	merging->sources = calloc(runs->count, sizeof *merging->sources);
	merging->heap = calloc(runs->count, sizeof *merging->heap);
	if (merging->sources == NULL || merging->heap == NULL)
		return false;
	for (size_t i = 0; i < runs->count; i++) {
		struct source *source = &merging->sources[i];
		bool is_over = false;

		source->next = i > 0 ? runs->ends[i - 1] : 0;
		source->end = runs->ends[i];
		if (!fill(source, merging->from, &is_over))
			return false;
		merging->heap[i] = i;
	}
	merging->count = runs->count;
	for (size_t i = merging->count; i-- > 0;)
		sift(merging, i);
	return true;
}

bool keyruns_merge(struct keyruns *runs, int from, int to)
{
	struct merging *merging = calloc(1, sizeof *merging);
	bool is_done = false;

	if (merging == NULL)
		return false;
	merging->from = from;
	merging->to = to;
	is_done = begin(merging, runs);
	while (is_done && merging->count > 0)
		is_done = step(merging);
	is_done = is_done && write_block(merging);
	keyruns_free(runs);
	*runs = merging->written;
	free(merging->sources);
	free(merging->heap);
	free(merging);
	return is_done;
}
