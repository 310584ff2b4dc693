/* config_file.c - the INI file of the settings. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <ini.h>

#include "config_reading.h"

void reading_complain(
    struct reading *reading, const char *where, const char *what)
{
	reading->problems =
	    arena_printf(reading->arena, "%s%s%s: %s", reading->problems,
		*reading->problems != '\0' ? "\n" : "", where, what);
}

const char *reading_line(const struct reading *reading, int line)
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
	if (line[0] == '[')
		reading_section(reading, line);
	reading->has_colon = line[strcspn(line, "=:")] == ':';
	length = strlen(line);
	if (length + 1 == (size_t)size && line[length - 1] != '\n') {
		reading_complain(reading, reading_line(reading, reading->line),
		    arena_printf(reading->arena,
			"the line is longer than %d bytes; continue it on the "
			"next line, indented",
			size - 2));
		reading->is_too_long = true;
		return NULL;
	}
	return line;
}

size_t reading_prefix(const struct setting *setting)
{
	const char *dot = strchr(setting->name, '.');

	return dot != NULL ? (size_t)(dot + 1 - setting->name) : 0;
}

static const struct setting *find_setting(const char *name, size_t *index)
{
	for (size_t i = 0; config_settings[i].name != NULL; i++) {
		const struct setting *setting = &config_settings[i];
		size_t prefix = reading_prefix(setting);

		*index = i;
		if (prefix > 0 ? strncmp(setting->name, name, prefix) == 0
			       : strcmp(setting->name, name) == 0)
			return setting;
	}
	return NULL;
}

void reading_add_member(struct reading *reading, const struct setting *setting,
    const char *name, const char *text, const char *where)
{
	struct member *member = arena_alloc(reading->arena, sizeof *member);

	member->setting = setting;
	member->name = arena_string(reading->arena, name);
	member->text = arena_string(reading->arena, text);
	member->where = where;
	*reading->last_member = member;
	reading->last_member = &member->next;
}

void reading_keep(struct reading *reading, struct written *written,
    const char *name, const char *value)
{
	if (written->text != NULL && reading->is_continued) {
		written->text =
		    arena_printf(reading->arena, "%s %s", written->text, value);
	} else if (written->text != NULL) {
		reading_complain(reading, reading_line(reading, reading->line),
		    arena_printf(reading->arena,
			"%s: set before in line %d; once is allowed", name,
			written->line));
	} else {
		written->text = arena_string(reading->arena, value);
		written->line = reading->line;
	}
}

static const char *all_names(struct arena *arena)
{
	const char *names = config_settings[0].name;

	for (size_t i = 1; config_settings[i].name != NULL; i++)
		names = arena_printf(
		    arena, "%s, %s", names, config_settings[i].name);
	return names;
}

/*
 * Keeps a member of a family. A name such as claim.https://example.org/roles
 * comes in two: libinih takes its colon for the equals sign.
 */
static void keep_member(struct reading *reading, const struct setting *setting,
    const char *name, const char *value, const char *where)
{
	const char *equals = reading->has_colon ? strchr(value, '=') : NULL;
	size_t length = 0;

	name += reading_prefix(setting);
	if (equals != NULL) {
		length = (size_t)(equals - value);
		while (length > 0 && strchr(" \t", value[length - 1]) != NULL)
			length--;
		name = arena_printf(
		    reading->arena, "%s:%.*s", name, (int)length, value);
		value = equals + 1 + strspn(equals + 1, " \t");
	}
	reading_add_member(reading, setting, name, value, where);
}

/* The handler of libinih: keeps the text of a setting. */
static int keep(
    void *context, const char *section, const char *name, const char *value)
{
	struct reading *reading = context;
	const char *where = reading_line(reading, reading->line);
	struct written *written = NULL;
	const struct setting *setting = NULL;
	size_t index = 0;

	if (section[0] != '\0' || reading->section != NULL) {
		reading_section_keep(reading, section, name, value);
		return 1;
	}
	setting = find_setting(name, &index);
	if (setting == NULL) {
		reading_complain(reading, where,
		    arena_printf(reading->arena,
			"%s: unknown setting; allowed: %s", name,
			all_names(reading->arena)));
		return 1;
	}
	if (reading_prefix(setting) > 0) {
		keep_member(reading, setting, name, value, where);
		return 1;
	}
	written = &reading->values[index];
	reading_keep(reading, written, name, value);
	return 1;
}

bool config_has_password(const char *conninfo)
{
	const char *authority = strstr(conninfo, "://");
	const char *at = authority ? strchr(authority, '@') : NULL;
	const char *colon = authority ? strchr(authority + 3, ':') : NULL;

	return strstr(conninfo, "password") != NULL ||
	    (at != NULL && colon != NULL && colon < at);
}

void reading_file(struct reading *reading)
{
	struct stat status = { 0 };
	const char *conninfo = NULL;
	size_t index = 0;
	int wrong = 0;

	reading->file = fopen(reading->path, "re");
	if (reading->file == NULL) {
		reading_complain(reading, reading->path,
		    arena_printf(
			reading->arena, "cannot be read: %s", strerror(errno)));
		return;
	}
	if (fstat(fileno(reading->file), &status) != 0 ||
	    !S_ISREG(status.st_mode)) {
		reading_complain(reading, reading->path, "is not a file");
		fclose(reading->file);
		return;
	}
	wrong = ini_parse_stream(next_line, reading, keep, reading);
	fclose(reading->file);
	if (wrong > 0 && !reading->is_too_long)
		reading_complain(reading, reading_line(reading, wrong),
		    "not understood; allowed: NAME = VALUE");
	find_setting("database", &index);
	conninfo = reading->values[index].text;
	if (conninfo != NULL && config_has_password(conninfo) &&
	    (status.st_mode & (S_IROTH | S_IWOTH)) != 0)
		reading_complain(reading,
		    reading_line(reading, reading->values[index].line),
		    arena_printf(reading->arena,
			"database: the password can be read by others; "
			"chmod o-rwx %s",
			reading->path));
}
