/* config.c - the settings: one INI file, each also by environment. */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ini.h>

#include "config_settings.h"
#include "secret.h"

/* Everything that is written by strangers to the file's owner and group. */
#define OTHERS (S_IROTH | S_IWOTH)

/* A value as it was written, and where. */
struct written {
	const char *text;
	int line;
};

struct reading {
	struct arena *arena;
	const char *path;
	FILE *file;
	int line;
	bool is_continued; /* the line began with a blank */
	bool is_too_long;
	struct written *values; /* one for each setting */
	const char *problems;
};

/* Adds "WHERE: WHAT" as a line of its own. */
static void complain(
    struct reading *reading, const char *where, const char *what)
{
	reading->problems =
	    arena_printf(reading->arena, "%s%s%s: %s", reading->problems,
		*reading->problems != '\0' ? "\n" : "", where, what);
}

static const char *at_line(const struct reading *reading, int line)
{
	return arena_printf(reading->arena, "%s:%d", reading->path, line);
}

/* The reader of libinih: fgets that counts. */
static char *next_line(char *line, int size, void *context)
{
	struct reading *reading = context;
	size_t length = 0;

	if (fgets(line, size, reading->file) == NULL)
		return NULL;
	reading->line++;
	reading->is_continued = line[0] == ' ' || line[0] == '\t';
	length = strlen(line);
	if (length + 1 == (size_t)size && line[length - 1] != '\n') {
		complain(reading, at_line(reading, reading->line),
		    arena_printf(reading->arena,
			"the line is longer than %d bytes; continue it on the "
			"next line, indented",
			size - 2));
		reading->is_too_long = true;
		return NULL;
	}
	return line;
}

static const struct setting *find_setting(const char *name, size_t *index)
{
	for (size_t i = 0; config_settings[i].name != NULL; i++)
		if (strcmp(config_settings[i].name, name) == 0) {
			*index = i;
			return &config_settings[i];
		}
	return NULL;
}

static const char *all_names(struct arena *arena)
{
	const char *names = config_settings[0].name;

	for (size_t i = 1; config_settings[i].name != NULL; i++)
		names = arena_printf(
		    arena, "%s, %s", names, config_settings[i].name);
	return names;
}

/* The handler of libinih: keeps the text of a setting. */
static int keep(
    void *context, const char *section, const char *name, const char *value)
{
	struct reading *reading = context;
	const char *where = at_line(reading, reading->line);
	struct written *written = NULL;
	size_t index = 0;

	if (section[0] != '\0') {
		complain(reading, where,
		    arena_printf(reading->arena,
			"[%s]: there are no sections; settings stand alone",
			section));
		return 1;
	}
	if (find_setting(name, &index) == NULL) {
		complain(reading, where,
		    arena_printf(reading->arena,
			"%s: unknown setting; allowed: %s", name,
			all_names(reading->arena)));
		return 1;
	}
	written = &reading->values[index];
	if (written->text != NULL && reading->is_continued) {
		written->text =
		    arena_printf(reading->arena, "%s %s", written->text, value);
	} else if (written->text != NULL) {
		complain(reading, where,
		    arena_printf(reading->arena,
			"%s: set before in line %d; once is allowed", name,
			written->line));
	} else {
		written->text = arena_string(reading->arena, value);
		written->line = reading->line;
	}
	return 1;
}

/* Returns true when a connection string holds a password. */
static bool has_password(const char *conninfo)
{
	const char *authority = strstr(conninfo, "://");
	const char *at = authority ? strchr(authority, '@') : NULL;
	const char *colon = authority ? strchr(authority + 3, ':') : NULL;

	return strstr(conninfo, "password") != NULL ||
	    (at != NULL && colon != NULL && colon < at);
}

static void read_file(struct reading *reading)
{
	struct stat status = { 0 };
	const char *conninfo = NULL;
	size_t index = 0;
	int wrong = 0;

	reading->file = fopen(reading->path, "re");
	if (reading->file == NULL) {
		complain(reading, reading->path,
		    arena_printf(
			reading->arena, "cannot be read: %s", strerror(errno)));
		return;
	}
	if (fstat(fileno(reading->file), &status) != 0 ||
	    !S_ISREG(status.st_mode)) {
		complain(reading, reading->path, "is not a file");
		fclose(reading->file);
		return;
	}
	wrong = ini_parse_stream(next_line, reading, keep, reading);
	fclose(reading->file);
	if (wrong > 0 && !reading->is_too_long)
		complain(reading, at_line(reading, wrong),
		    "not understood; allowed: NAME = VALUE");
	find_setting("database", &index);
	conninfo = reading->values[index].text;
	if (conninfo != NULL && has_password(conninfo) &&
	    (status.st_mode & OTHERS) != 0)
		complain(reading, at_line(reading, reading->values[index].line),
		    arena_printf(reading->arena,
			"database: the password can be read by others; "
			"chmod o-rwx %s",
			reading->path));
}

/* The value of POSTERN_NAME, NULL when it is not set. */
static const char *from_environment(char *const *environment, const char *name)
{
	static const char prefix[] = "POSTERN_";

	for (; environment != NULL && *environment != NULL; environment++) {
		const char *entry = *environment;
		size_t i = 0;

		if (strncmp(entry, prefix, sizeof prefix - 1) != 0)
			continue;
		entry += sizeof prefix - 1;
		while (name[i] != '\0' &&
		    entry[i] == toupper((unsigned char)name[i]))
			i++;
		if (name[i] == '\0' && entry[i] == '=')
			return entry + i + 1;
	}
	return NULL;
}

static void interpret(struct reading *reading, struct config *config,
    char *const *environment, size_t index)
{
	const struct setting *setting = &config_settings[index];
	const struct written *written = &reading->values[index];
	const char *given = from_environment(environment, setting->name);
	const char *where = NULL, *fault = NULL;

	if (given != NULL) {
		where = "environment";
	} else if (written->text != NULL) {
		given = written->text;
		where = at_line(reading, written->line);
	} else {
		given = setting->fallback;
		where = reading->path;
	}
	fault = config_set(reading->arena, config, setting, given);
	if (fault != NULL)
		complain(reading, where,
		    arena_printf(
			reading->arena, "%s: %s", setting->name, fault));
}

const struct config *config_load(struct arena *arena, const char *path,
    char *const *environment, const char **problems)
{
	struct config *config = arena_alloc(arena, sizeof *config);
	struct reading reading = { .arena = arena, .problems = "" };
	const char *fault = NULL;

	reading.path = arena_string(arena, path);
	reading.values = arena_alloc(
	    arena, config_settings_count() * sizeof *reading.values);
	config->path = reading.path;
	read_file(&reading);
	if (*reading.problems == '\0')
		for (size_t i = 0; config_settings[i].name != NULL; i++)
			interpret(&reading, config, environment, i);
	if (*reading.problems == '\0') {
		fault = config_contradiction(config);
		if (fault != NULL)
			complain(&reading, reading.path, fault);
	}
	*problems = reading.problems;
	return *reading.problems == '\0' ? config : NULL;
}

const char *config_path(const char *parameter)
{
	const char *path = getenv("POSTERN_CONFIG");

	if (parameter != NULL && *parameter != '\0')
		return parameter;
	return path != NULL && *path != '\0' ? path : CONFIG_DEFAULT_PATH;
}

void config_describe(void (*each)(void *context, const char *name,
			 const char *fallback, const char *help),
    void *context)
{
	for (size_t i = 0; config_settings[i].name != NULL; i++)
		each(context, config_settings[i].name,
		    config_settings[i].fallback, config_settings[i].help);
}

/* Reads to the end of the file. Returns the number of bytes, or -1. */
static ssize_t read_whole(int file, char *bytes, size_t limit)
{
	size_t used = 0;
	ssize_t got = 1;

	while (used < limit && got > 0) {
		got = read(file, bytes + used, limit - used);
		used += got > 0 ? (size_t)got : 0;
	}
	return got < 0 ? got : (ssize_t)used;
}

char *config_read_secret(struct arena *arena, const char *path, size_t limit,
    size_t *size, const char **problem)
{
	struct stat status = { 0 };
	char *bytes = NULL;
	ssize_t got = -1;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (file < 0 || fstat(file, &status) != 0) {
		*problem = arena_printf(
		    arena, "%s: cannot be read: %s", path, strerror(errno));
	} else if (!S_ISREG(status.st_mode)) {
		*problem = arena_printf(arena, "%s: is not a file", path);
	} else if ((status.st_mode & OTHERS) != 0) {
		*problem = arena_printf(arena,
		    "%s: can be read or written by others; chmod o-rwx %s",
		    path, path);
	} else if ((uintmax_t)status.st_size > limit) {
		*problem = arena_printf(
		    arena, "%s: is longer than %zu bytes", path, limit);
	} else if ((bytes = secret_alloc(limit + 1)) == NULL) {
		*problem =
		    arena_printf(arena, "%s: there is no memory for it", path);
	} else if ((got = read_whole(file, bytes, limit)) < 0) {
		*problem = arena_printf(
		    arena, "%s: cannot be read: %s", path, strerror(errno));
		secret_free(bytes);
		bytes = NULL;
	}
	if (file >= 0)
		close(file);
	if (bytes == NULL)
		return NULL;
	*size = (size_t)got;
	if (*size > 0 && bytes[*size - 1] == '\n')
		(*size)--;
	bytes[*size] = '\0';
	return bytes;
}
