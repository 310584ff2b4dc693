/* config_settings.h - the table of settings, for config.c alone. */
#pragma once
#include "config.h"

enum setting_kind {
	SETTING_TEXT,     /* const char * */
	SETTING_FILE,     /* const char *: looked for as secrets are */
	SETTING_PATH,     /* const char *: relative to the configuration */
	SETTING_LIST,     /* config_list */
	SETTING_SWITCH,   /* bool */
	SETTING_DURATION, /* int64_t, seconds */
	SETTING_SIZE,     /* int64_t, bytes */
	SETTING_NUMBER,   /* int64_t */
	SETTING_CHOICE,   /* an enum, the index into `choices` */
	SETTING_CLAIMS,   /* const struct custom_claim *: one for each NAME */
};

struct setting {
	const char *name;
	enum setting_kind kind;
	size_t offset; /* into struct config */
	const char *fallback;
	const char *help;
	int64_t min, max;
	const char *const *choices;
	/* Returns what is wrong with a text, path or element of a list. */
	const char *(*check)(const char *value);
};

/* The last row has no name. */
extern const struct setting config_settings[];
size_t config_settings_count(void);

/*
 * Sets the field in `fields`, which is the configuration itself or a part of it
 * with settings of its own. Returns NULL, or what is wrong with the value and
 * what is allowed (in the arena).
 */
const char *config_set(struct arena *arena, const struct config *config,
    void *fields, const struct setting *setting, const char *value);

/* Whether a value is the name of a group, or of a claim: checks of settings. */
const char *config_check_group(const char *value);
const char *config_check_claim(const char *value);

/*
 * The same for one member of a family such as claim.NAME: `member` is NAME.
 * A member that is set already is wrong.
 */
const char *config_set_member(struct arena *arena, struct config *config,
    const struct setting *setting, const char *member, const char *value);

/*
 * Returns what is wrong between settings (in the arena), or NULL. It begins
 * with their names, of which the first one that is set is to blame.
 */
const char *config_contradiction(
    struct arena *arena, const struct config *config);
