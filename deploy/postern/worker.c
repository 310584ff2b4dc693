/* worker.c - the way of one letter: claimed, written, sent, marked. */
#include "worker.h"

#include <stdint.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "delivery.h"
#include "letter.h"
#include "log.h"
#include "queries.h"
#include "secret.h"

#define STATEMENT_MS 15000
#define MARKING_MS 240000 /* less than the claim lasts */
#define WAIT_FIRST 60
#define WAIT_MAX 3600

/* A letter in hand. */
struct job {
	struct arena *arena;
	const struct config *config;
	struct db *db;
	const struct rows *claim;
	int64_t attempts;
	const char *problem;
};

/* How an attempt ended, and as what it is marked; NULL: it waits. */
static const struct {
	const char *word;
	const char *mark;
} ends[WORKED] = {
	/* clang-format off */
	[LETTER_SENT] = { "sent", "sent" },
	[LETTER_DROPPED] = { "dropped", "dropped" },
	[LETTER_WAITING] = { "waits", NULL },
	[LETTER_FAILED] = { "failed", "failed" },
	/* clang-format on */
};

static const char *column(const struct job *job, const char *name)
{
	return rows_text(job->claim, 0, name);
}

static void statement_time(const struct job *job)
{
	db_deadline(job->db, clock_milliseconds() + STATEMENT_MS);
}

/*
 * Makes a ticket for the link of the letter.
 * Returns UNAVAILABLE, or OK; then *ticket is NULL when there must be none:
 * the account has changed since.
 */
static enum outcome make_ticket(
    const struct job *job, int64_t lifetime, const char **ticket)
{
	unsigned char bytes[SECRET_TICKET_SIZE];
	const struct rows *made = NULL;
	const char *hash = NULL;
	enum outcome outcome = OK;

	secret_random(bytes, sizeof bytes);
	hash = secret_digest(job->arena, bytes, sizeof bytes);
	statement_time(job);
	outcome = DB_RUN(job->db, job->arena, &query_ticket_create, &made, hash,
	    column(job, "letter"), column(job, "user_id"), column(job, "epoch"),
	    db_integer(job->arena, lifetime));
	*ticket = NULL;
	if (outcome == OK && rows_count(made) > 0)
		*ticket = secret_base64url(job->arena, bytes, sizeof bytes);
	secret_wipe(bytes, sizeof bytes);
	return outcome;
}

static enum worked send_letter(struct job *job, const struct letter *letter)
{
	struct written written = { 0 };
	struct parcel parcel = { .to = letter->to };

	if (!letter_write(
		job->arena, job->config, letter, &written, &job->problem))
		return LETTER_WAITING;
	parcel.from = written.from;
	parcel.text = written.text;
	parcel.size = written.size;
	parcel.name = arena_printf(
	    job->arena, "%s-%s", letter->template, column(job, "id"));
	switch (
	    delivery_send(job->arena, job->config, &parcel, &job->problem)) {
	case DELIVERED:
		return LETTER_SENT;
	case DELIVERY_REFUSED:
		return LETTER_FAILED;
	case DELIVER_LATER:
		break;
	}
	return LETTER_WAITING;
}

static enum worked attempt(struct job *job)
{
	struct letter letter = { .template = column(job, "letter"),
		.to = column(job, "email"),
		.username = column(job, "username"),
		.uid = column(job, "subject"),
		.id = column(job, "message_id"),
		.now = clock_seconds() };

	if (letter.template == NULL)
		return LETTER_DROPPED;
	if (job->attempts > WORKER_ATTEMPTS) {
		job->problem = "no attempt came to its end";
		return LETTER_FAILED;
	}
	if (!letter_is_address(letter.to)) {
		job->problem = "the address of the account is not one";
		return LETTER_FAILED;
	}
	if (strcmp(letter.template, "activation") == 0) {
		letter.link = job->config->activation_url;
		letter.lifetime = job->config->activation_lifetime;
	} else if (strcmp(letter.template, "reset") == 0) {
		letter.link = job->config->password_reset_confirm_url;
		letter.lifetime = job->config->reset_lifetime;
	} else if (strcmp(letter.template, "username") == 0) {
		letter.link = job->config->username_reset_confirm_url;
		letter.lifetime = job->config->reset_lifetime;
	}
	if (letter.link != NULL) {
		if (make_ticket(job, letter.lifetime, &letter.ticket) != OK) {
			job->problem = "its ticket could not be made";
			return LETTER_WAITING;
		}
		if (letter.ticket == NULL)
			return LETTER_DROPPED;
	}
	return send_letter(job, &letter);
}

/* Seconds until the next attempt: doubling from a minute to an hour. */
static int64_t wait_after(int64_t attempts)
{
	int64_t wait = WAIT_FIRST;

	while (--attempts > 0 && wait < WAIT_MAX)
		wait *= 2;
	return wait < WAIT_MAX ? wait : WAIT_MAX;
}

/*
 * To mark a second time does no harm, to send a second time would: so this is
 * the one statement that is repeated until the database has answered.
 */
static enum outcome mark(const struct job *job, enum worked worked,
    const volatile sig_atomic_t *stopping)
{
	const struct timespec breath = { 0, 500000000 };
	int64_t end = clock_milliseconds() + MARKING_MS;
	const char *wait = db_integer(job->arena, wait_after(job->attempts));

	for (;;) {
		const struct rows *rows = NULL;

		statement_time(job);
		if (DB_RUN(job->db, job->arena, &query_outbox_finish, &rows,
			column(job, "id"), column(job, "attempts"),
			ends[worked].mark, job->problem, wait) == OK)
			return OK;
		if (*stopping || clock_milliseconds() > end)
			return UNAVAILABLE;
		nanosleep(&breath, NULL);
	}
}

enum worked worker_letter(struct arena *arena, const struct config *config,
    struct db *db, const volatile sig_atomic_t *stopping)
{
	struct job job = { .arena = arena, .config = config, .db = db };
	enum worked worked = NOTHING_DUE;

	statement_time(&job);
	if (db_run(db, arena, &query_outbox_claim, NULL, 0, &job.claim) != OK)
		return NO_DATABASE;
	if (rows_count(job.claim) == 0)
		return NOTHING_DUE;
	job.attempts = rows_integer(job.claim, 0, "attempts");
	worked = attempt(&job);
	if (worked == LETTER_WAITING && job.attempts >= WORKER_ATTEMPTS)
		worked = LETTER_FAILED;
	log_info("mail: letter %s (%s): %s%s%s", column(&job, "id"),
	    column(&job, "purpose"), ends[worked].word,
	    job.problem != NULL ? ": " : "",
	    job.problem != NULL ? job.problem : "");
	return mark(&job, worked, stopping) == OK ? worked : NO_DATABASE;
}
