/* queue_run.c - the process that works a queue off. */
#include "queue_run.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"

#define POLL_MS 10000

static volatile sig_atomic_t stopping;

struct run {
	const struct queue *queue;
	struct context *context;
	const struct config *config;
	struct arena *settings; /* of config, once it was read again */
	struct arena *item;     /* memory of one item */
	struct stat file;       /* as it was before it was read */
	enum run_mode mode;
	int64_t *counts;
};

/* A signal that comes just before a wait is slept through: so it comes again. */
static void stop(int number)
{
	(void)number;
	stopping = 1;
	alarm(1);
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = stop,
		.sa_flags = SA_RESTART };

	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGALRM, &action, NULL);
	/* A peer that stops reading is noticed by the write that fails. */
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
}

/* With RUN_ONCE an operator looks on: the lines stay on standard error. */
static void log_where(const struct config *config)
{
	int problem = log_to(config->log);

	if (problem != 0)
		log_error("log: %s: %s", config->log, strerror(problem));
}

static bool is_same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	    a->st_size == b->st_size && is_same_time(a->st_mtim, b->st_mtim) &&
	    is_same_time(a->st_ctim, b->st_ctim);
}

static void take_up(
    struct run *run, struct arena *arena, const struct config *config)
{
	struct context *context = run->context;

	if (strcmp(config->database, run->config->database) != 0 ||
	    config->prepared_statements != run->config->prepared_statements) {
		db_close(context->db);
		context->db =
		    db_open(config->database, config->prepared_statements);
	}
	if (run->settings != NULL)
		log_info("configuration: %s: read again", config->path);
	arena_close(run->settings);
	run->settings = arena;
	run->config = config;
	if (run->mode != RUN_ONCE)
		log_where(config);
}

static void refresh(struct run *run)
{
	struct arena *arena = NULL;
	const struct config *config = NULL;
	const char *problems = NULL;
	struct stat file = { 0 };

	if (stat(run->config->path, &file) != 0)
		memset(&file, 0, sizeof file);
	if (is_same(&file, &run->file))
		return;
	run->file = file;
	arena = arena_open();
	config = config_load(arena, run->config->path, environ, &problems);
	if (config != NULL) {
		take_up(run, arena, config);
		return;
	}
	log_error("configuration: not taken up: %s", problems);
	arena_close(arena);
}

/* Works off all that is due. Returns false when the database is away. */
static bool drain(struct run *run)
{
	while (!stopping) {
		struct item item = { .arena = run->item };
		enum worked worked = NOTHING_DUE;

		refresh(run);
		item.config = run->config;
		item.db = run->context->db;
		worked = queue_work(run->queue, &item, run->counts, &stopping);
		arena_reset(run->item);
		if (worked != ITEM_WORKED)
			return worked == NOTHING_DUE;
	}
	return true;
}

/* Listening is repeated: a new connection does not know of it. */
static bool listen_and_drain(struct run *run)
{
	struct db *db = run->context->db;

	db_deadline(db, clock_milliseconds() + QUEUE_STATEMENT_MS);
	return db_script(db, run->queue->listen) == OK && drain(run);
}

static void serve(struct run *run)
{
	const struct timespec breath = { 1, 0 };

	log_info("%s: delivering", run->queue->name);
	while (!stopping) {
		/* Without a database too: what is wrong may be in there. */
		refresh(run);
		if (!listen_and_drain(run) ||
		    (!stopping && !db_wait(run->context->db, POLL_MS)))
			nanosleep(&breath, NULL);
	}
	alarm(0);
	log_info("%s: stopped", run->queue->name);
}

static bool is_locked(struct run *run)
{
	const struct rows *rows = NULL;
	struct db *db = run->context->db;

	db_deadline(db, clock_milliseconds() + QUEUE_STATEMENT_MS);
	return db_run(db, run->context->arena, run->queue->lock, NULL, 0,
		   &rows) == OK &&
	    rows_boolean(rows, 0, "is_locked");
}

/*
 * One at a time. Whoever comes meanwhile leaves at once, and trusts that what it
 * came for is seen: so the last look is taken when the next one may begin.
 */
static bool drain_alone(struct run *run)
{
	const struct rows *rows = NULL;
	struct db *db = run->context->db;

	if (!is_locked(run))
		return true;
	if (!drain(run))
		return false;
	db_deadline(db, clock_milliseconds() + QUEUE_STATEMENT_MS);
	return db_run(db, run->context->arena, run->queue->unlock, NULL, 0,
		   &rows) == OK &&
	    drain(run);
}

static bool run_in_mode(struct run *run)
{
	switch (run->mode) {
	case RUN_ONCE:
		return drain(run);
	case RUN_DETACHED:
		return drain_alone(run);
	case RUN_ON:
		break;
	}
	serve(run);
	return true;
}

bool queue_run(const struct queue *queue, struct context *context,
    enum run_mode mode, int64_t counts[ENDINGS])
{
	struct run run = { .queue = queue,
		.context = context,
		.config = context->config,
		.item = arena_open(),
		.mode = mode,
		.counts = counts };
	bool is_done = true;

	catch_signals();
	if (mode != RUN_ONCE)
		log_where(run.config);
	/* It may have changed since it was read: from now on that is seen. */
	refresh(&run);
	is_done = run_in_mode(&run);
	arena_close(run.item);
	arena_close(run.settings);
	return is_done;
}
