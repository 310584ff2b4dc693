/*
 * app.h - what a process owns: configuration, key ring, database.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "config.h"
#include "db.h"
#include "keyring.h"

struct app {
	const struct config *config; /* NULL: there is no valid one */
	struct keyring *keys;        /* NULL: not needed, or not readable */
	struct db *db;
	struct app_state *state;
};

/*
 * Prepares; loads nothing. `program` is the executable's name, from which that
 * of its database role follows; `keys` is NULL for a program that has none.
 */
void app_open(
    struct app *app, const char *program, const struct keyring_access *keys);
void app_close(struct app *app);

/*
 * Makes configuration and keys current: reads what has not been read, and
 * again what changed on disk, looking at most once a second (`force`: now).
 * `path` is the configuration's. What is wrong is logged once for each change.
 * Returns false when there is no valid configuration, or no key ring where
 * there must be one.
 */
bool app_refresh(struct app *app, const char *path, bool force);

/*
 * Logs what is wrong with the file of a setting that one request needs, once
 * for each change; NULL: nothing is.
 */
void app_trouble(struct app *app, const char *setting, const char *problem);
