/* csv_file.c - files of comma-separated values. Wraps libcsv. */
#include "csv_file.h"

#include <errno.h>
#include <string.h>

#include <csv.h>

#include "arena.h"
#include "log.h"

#define CHUNK 65536
#define BUFFER_MAX ((size_t)16 * 1024 * 1024)
#define STEP ((size_t)1024 * 1024)
#define STRICT (CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL)

static const char mark[] = "\xef\xbb\xbf";

struct reader {
	struct csv_parser parser;
	struct arena *arena; /* of one row */
	csv_each *each;
	void *context;
	int64_t line; /* the one that is being read */
	struct csv_row row;
	const char *fields[CSV_FIELDS_MAX];
	bool is_inside;   /* a row has begun and not ended */
	bool is_skipping; /* to the end of the line */
	bool has_ended;   /* a row, in the piece that was parsed last */
	bool is_over;     /* no more rows are wanted */
};

static void begin_parser(struct reader *reader)
{
	if (csv_init(&reader->parser, STRICT) != 0)
		log_fatal("memory: there is none left");
	/* Its own step of 128 bytes is a copy of all that is there. */
	csv_set_blk_size(&reader->parser, STEP);
}

static void give_row(struct reader *reader)
{
	if (!reader->is_over)
		reader->is_over = !reader->each(reader->context, &reader->row);
	reader->has_ended = true;
	reader->row.count = 0;
	reader->row.fault = NULL;
	arena_reset(reader->arena);
}

static void keep_field(void *bytes, size_t size, void *context)
{
	struct reader *reader = context;
	const char *field = "";

	if (size > CSV_FIELD_SIZE_MAX)
		reader->row.fault = "a field is longer than 64 KiB";
	else if (memchr(bytes, '\0', size) != NULL)
		reader->row.fault = "a field has a NUL in it";
	else
		field = arena_copy(reader->arena, bytes, size);
	if (reader->row.count < CSV_FIELDS_MAX)
		reader->fields[reader->row.count] = field;
	reader->row.count++;
}

static void end_row(int terminator, void *context)
{
	(void)terminator;
	give_row(context);
}

static void break_row(struct reader *reader, const char *fault)
{
	reader->row.fault = fault;
	give_row(reader);
	reader->is_inside = false;
	csv_free(&reader->parser);
	begin_parser(reader);
}

static bool is_blank(const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (strchr(" \t\r\n", bytes[i]) == NULL || bytes[i] == '\0')
			return false;
	return true;
}

/* Parses a piece of one line. */
static void parse(struct reader *reader, const char *bytes, size_t size)
{
	if (reader->is_skipping)
		return;
	if (!reader->is_inside)
		reader->row.line = reader->line;
	reader->has_ended = false;
	if (csv_parse(&reader->parser, bytes, size, keep_field, end_row,
		reader) != size) {
		if (csv_error(&reader->parser) == CSV_ENOMEM)
			log_fatal("memory: there is none left");
		break_row(reader, "a quote stands where none may stand");
		reader->is_skipping = true;
	} else if (reader->has_ended) {
		reader->is_inside = false;
	} else if (!is_blank(bytes, size)) {
		reader->is_inside = true;
	}
}

/* Returns false when a field has no end. */
static bool take_chunk(struct reader *reader, const char *bytes, size_t size)
{
	while (size > 0 && !reader->is_over) {
		const char *newline = memchr(bytes, '\n', size);
		size_t piece =
		    newline != NULL ? (size_t)(newline - bytes) + 1 : size;

		parse(reader, bytes, piece);
		if (newline != NULL) {
			reader->line++;
			reader->is_skipping = false;
		}
		bytes += piece;
		size -= piece;
	}
	return csv_get_buffer_size(&reader->parser) <= BUFFER_MAX;
}

static int read_all(struct reader *reader, FILE *file)
{
	char chunk[CHUNK];
	size_t size = fread(chunk, 1, sizeof chunk, file), from = 0;

	if (size >= strlen(mark) && memcmp(chunk, mark, strlen(mark)) == 0)
		from = strlen(mark);
	while (size > 0 && !reader->is_over) {
		if (!take_chunk(reader, chunk + from, size - from))
			return EFBIG;
		from = 0;
		size = fread(chunk, 1, sizeof chunk, file);
	}
	if (ferror(file))
		return errno != 0 ? errno : EIO;
	if (!reader->is_over &&
	    csv_fini(&reader->parser, keep_field, end_row, reader) != 0)
		break_row(reader, "a quote is not closed");
	return 0;
}

bool csv_file_read(const char *path, csv_each *each, void *context)
{
	bool is_file = strcmp(path, "-") != 0;
	FILE *file = is_file ? fopen(path, "re") : stdin;
	struct reader reader = { .each = each, .context = context, .line = 1 };

	if (file == NULL)
		return false;
	reader.row.fields = reader.fields;
	reader.arena = arena_open();
	begin_parser(&reader);
	errno = 0;
	errno = read_all(&reader, file);
	csv_free(&reader.parser);
	arena_close(reader.arena);
	if (is_file) {
		int problem = errno;

		fclose(file);
		errno = problem;
	}
	return errno == 0;
}

void csv_file_write(FILE *to, const char *const *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			putc(',', to);
		csv_fwrite(to, fields[i], strlen(fields[i]));
	}
	fputs("\r\n", to);
}
