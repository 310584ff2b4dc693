/* config_reading.h - a configuration while it is read, for config*.c alone. */
#pragma once
#include <stdio.h>

#include "config_settings.h"

/* A value as it was written, and where. */
struct written {
	const char *text;
	int line;
};

/* One member of a family of settings, claim.NAME, in the order written. */
struct member {
	struct member *next;
	const struct setting *setting;
	const char *name, *text, *where;
};

#define GATE_SETTINGS 3

/* One [gate PATH], in the order written. */
struct section {
	struct section *next;
	const char *title; /* as it is written between the brackets */
	const char *path;
	int line;
	struct written values[GATE_SETTINGS];
};

struct reading {
	struct arena *arena;
	const char *path;
	FILE *file;
	int line;
	bool is_continued; /* the line began with a blank */
	bool has_colon;    /* the line has one, and no = before it */
	bool is_too_long;
	struct written *values; /* one for each setting */
	const char **where;     /* the same: FILE:LINE, or what else sets it */
	struct member *members, **last_member;
	struct section *sections, *section; /* the last one; NULL: none yet */
	const char *problems;
};

/* Adds "WHERE: WHAT" to the problems, as a line of its own. */
void reading_complain(
    struct reading *reading, const char *where, const char *what);

/* "FILE:LINE" */
const char *reading_line(const struct reading *reading, int line);

/* Number of bytes before NAME in "claim.NAME"; 0: the setting is no family. */
size_t reading_prefix(const struct setting *setting);

/* Adds claim.NAME; `where` must live as long as the reading. */
void reading_add_member(struct reading *reading, const struct setting *setting,
    const char *name, const char *text, const char *where);

/* Keeps the value of a setting; a further line of it is added. */
void reading_keep(struct reading *reading, struct written *written,
    const char *name, const char *value);

/* Begins a section with this line of the file, or complains. */
void reading_section(struct reading *reading, const char *line);

/*
 * Keeps a setting of the section that has begun, or complains. `section` is how
 * libinih has its title, perhaps cut.
 */
void reading_section_keep(struct reading *reading, const char *section,
    const char *name, const char *value);

/* Sets config->gate_rules from the sections, or complains. */
void reading_rules(struct reading *reading, struct config *config);

/* Reads the file into values and members, or complains. */
void reading_file(struct reading *reading);
