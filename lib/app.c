/* app.c - what a process owns: configuration, key ring, database. */
#include "app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"

#define LOOK_EVERY_MS 1000
#define RETRY_MS 5000
#define RESERVE_MS 500 /* for the answer, of a request's time */
#define FILES_MAX 3
#define YOUNG_S 2 /* a time of change that cannot be told from a later one */

/* A file as it was when it was read. */
struct stamp {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified, changed;
};

struct app_state {
	const struct keyring_access *keys;
	char role[64];       /* in the database, which takes 63 bytes */
	struct arena *arena; /* of the configuration in use */
	char *path;
	int64_t looked_at; /* milliseconds; 0: never */
	int64_t loaded_at;
	const char *files[FILES_MAX]; /* what was read */
	struct stamp stamps[FILES_MAX];
	bool is_young; /* one had changed just before */
	char *problem; /* the last one that was logged */
	char *trouble; /* the last one of a single request that was logged */
	char *log;     /* where lines go */
};

void app_open(
    struct app *app, const char *program, const struct keyring_access *keys)
{
	app->state = calloc(1, sizeof *app->state);
	if (app->state == NULL)
		log_fatal("memory: there is none left");
	app->state->keys = keys;
	snprintf(
	    app->state->role, sizeof app->state->role, "postern_%s", program);
}

static void close_keys(struct app *app)
{
	if (app->keys != NULL && app->state->keys != NULL)
		app->state->keys->close(app->keys);
	app->keys = NULL;
}

void app_close(struct app *app)
{
	close_keys(app);
	db_close(app->db);
	arena_close(app->state->arena);
	free(app->state->path);
	free(app->state->problem);
	free(app->state->trouble);
	free(app->state->log);
	free(app->state);
}

static void keep(char **copy, const char *text)
{
	free(*copy);
	*copy = strdup(text);
	if (*copy == NULL)
		log_fatal("memory: there is none left");
}

static bool is_same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static struct stamp stamp_of(const char *file)
{
	struct stat status = { 0 };
	struct stamp stamp;

	/* compared as bytes: what lies between the members counts */
	memset(&stamp, 0, sizeof stamp);
	if (file != NULL && *file != '\0' && stat(file, &status) == 0) {
		stamp.device = status.st_dev;
		stamp.inode = status.st_ino;
		stamp.size = status.st_size;
		stamp.modified = status.st_mtim;
		stamp.changed = status.st_ctim;
	}
	return stamp;
}

static bool has_changed(const struct app_state *state)
{
	for (size_t i = 0; i < FILES_MAX; i++) {
		struct stamp stamp = stamp_of(state->files[i]);

		if (memcmp(&stamp, &state->stamps[i], sizeof stamp) != 0)
			return true;
	}
	return false;
}

/* Logs each line of the problems, unless they are the ones of before. */
static void report(struct app_state *state, const char *problems)
{
	if (is_same(state->problem, problems))
		return;
	keep(&state->problem, problems);
	for (const char *line = problems; *line != '\0';) {
		size_t length = strcspn(line, "\n");

		log_error("configuration: %.*s", (int)length, line);
		line += length + (line[length] == '\n');
	}
}

static void set_log(struct app_state *state, const char *target)
{
	int problem = 0;

	if (is_same(state->log, target))
		return;
	problem = log_to(target);
	if (problem == 0)
		keep(&state->log, target);
	else
		log_error("log: %s: %s", target, strerror(problem));
}

/* The connection stays when its settings stay. */
static void set_database(struct app *app, const struct config *config)
{
	if (app->db != NULL && app->config != NULL &&
	    is_same(app->config->database, config->database) &&
	    app->config->prepared_statements == config->prepared_statements &&
	    app->config->database_roles == config->database_roles &&
	    app->config->time_limit == config->time_limit)
		return;
	db_close(app->db);
	app->db = db_open(config->database, config->prepared_statements);
	if (config->database_roles)
		db_as(app->db, app->state->role);
	/* Nothing takes effect after its request has ended with 503. Behind a
	 * pooler the settings of a connection are everybody's. */
	if (config->prepared_statements)
		db_own_connection(
		    app->db, config->time_limit * 1000 - RESERVE_MS);
}

/*
 * The clock of files stands still for some milliseconds, and a key ring is
 * changed by several renames: one that follows at once can leave the stamp as
 * it is. What had just changed when it was read is read once more.
 */
static bool has_just_changed(const struct app_state *state)
{
	int64_t now = clock_seconds();

	for (size_t i = 0; i < FILES_MAX; i++) {
		int64_t changed = state->stamps[i].changed.tv_sec;

		if (changed <= now && now - changed < YOUNG_S)
			return true;
	}
	return false;
}

/* The files are stamped before they are read: a change between is seen. */
static void stamp_files(struct app_state *state, const struct config *config)
{
	state->files[0] = state->path;
	state->files[1] = config ? config->signing_key : NULL;
	state->files[2] = config ? config->verifying_key : NULL;
	for (size_t i = config != NULL; i < FILES_MAX; i++)
		state->stamps[i] = stamp_of(state->files[i]);
	state->is_young = has_just_changed(state);
}

static void load(struct app *app)
{
	struct app_state *state = app->state;
	struct arena *arena = arena_open();
	const struct config *config = NULL;
	struct keyring *keys = NULL;
	const char *problem = NULL;
	bool is_ready = false;

	state->loaded_at = clock_milliseconds();
	stamp_files(state, NULL);
	config = config_load(arena, state->path, environ, &problem);
	is_ready = config != NULL;
	if (is_ready) {
		set_log(state, config->log);
		stamp_files(state, config);
		if (state->keys != NULL) {
			keys = state->keys->open(arena, config, &problem);
			is_ready = keys != NULL;
		}
	}
	if (is_ready) {
		if (state->problem != NULL)
			log_info("configuration: it is valid now");
		free(state->problem);
		state->problem = NULL;
		set_database(app, config);
	} else {
		report(state, problem);
	}
	close_keys(app);
	arena_close(state->arena);
	state->arena = arena;
	app->keys = keys;
	app->config = is_ready ? config : NULL;
}

bool app_refresh(struct app *app, const char *path, bool force)
{
	struct app_state *state = app->state;
	int64_t now = clock_milliseconds();
	bool is_other = !is_same(state->path, path);

	if (!is_other && !force && state->looked_at != 0 &&
	    now - state->looked_at < LOOK_EVERY_MS)
		return app->config != NULL;
	state->looked_at = now;
	if (is_other)
		keep(&state->path, path);
	if (is_other || has_changed(state) ||
	    (state->is_young && now - state->loaded_at >= LOOK_EVERY_MS) ||
	    (app->config == NULL && now - state->loaded_at >= RETRY_MS))
		load(app);
	return app->config != NULL;
}

void app_trouble(struct app *app, const char *setting, const char *problem)
{
	struct app_state *state = app->state;

	if (problem == NULL && state->trouble != NULL) {
		log_info("%s: it can be read now", setting);
		free(state->trouble);
		state->trouble = NULL;
	}
	if (problem == NULL || is_same(state->trouble, problem))
		return;
	keep(&state->trouble, problem);
	log_error("%s: %s", setting, problem);
}
