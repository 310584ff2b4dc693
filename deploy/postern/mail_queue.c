/* mail_queue.c - letters as a queue: a ticket is made, the letter sent. */
#include "mail_queue.h"

#include <stdint.h>

#include "clock.h"
#include "delivery.h"
#include "letter.h"
#include "letter_kind.h"
#include "queries.h"
#include "secret.h"

/*
 * Makes a ticket for the link of the letter.
 * Returns UNAVAILABLE, or OK; then *ticket is NULL when there must be none:
 * what it is for has changed since.
 */
static enum outcome make_ticket(const struct item *item,
    const struct letter_kind *kind, int64_t lifetime, const char **ticket)
{
	unsigned char bytes[SECRET_TICKET_SIZE];
	const struct rows *made = NULL;
	const char *hash = NULL;
	enum outcome outcome = OK;

	secret_random(bytes, sizeof bytes);
	hash = secret_digest(item->arena, bytes, sizeof bytes);
	item_deadline(item);
	outcome = DB_RUN(item->db, item->arena, kind->ticket, &made, hash,
	    kind->purpose, item_text(item, "id"), item_text(item, "user_id"),
	    item_text(item, "epoch"), db_integer(item->arena, lifetime));
	*ticket = NULL;
	if (outcome == OK && rows_count(made) > 0)
		*ticket = secret_base64url(item->arena, bytes, sizeof bytes);
	secret_wipe(bytes, sizeof bytes);
	return outcome;
}

static enum ending send_letter(struct item *item, const struct letter *letter)
{
	struct written written = { 0 };
	struct parcel parcel = { .to = letter->to };

	if (!letter_write(
		item->arena, item->config, letter, &written, &item->problem))
		return ITEM_WAITING;
	parcel.from = written.from;
	parcel.text = written.text;
	parcel.size = written.size;
	parcel.name = arena_printf(
	    item->arena, "%s-%s", letter->template, item_text(item, "id"));
	switch (
	    delivery_send(item->arena, item->config, &parcel, &item->problem)) {
	case DELIVERED:
		return ITEM_SENT;
	case DELIVERY_REFUSED:
		return ITEM_FAILED;
	case DELIVER_LATER:
		break;
	}
	return ITEM_WAITING;
}

/* The claim finds a template where there is somebody to write to. */
static bool is_wanted(const struct item *item)
{
	return item_text(item, "letter") != NULL;
}

static enum ending attempt(struct item *item)
{
	const struct letter_kind *kind = letter_kind(item_text(item, "letter"));
	struct letter letter = { .template = item_text(item, "letter"),
		.to = item_text(item, "email"),
		.username = item_text(item, "username"),
		.uid = item_text(item, "subject"),
		.login = { item_text(item, "time"), item_text(item, "address"),
		    item_text(item, "agent") },
		.id = item_text(item, "message_id"),
		.now = clock_seconds() };

	if (kind == NULL) {
		item->problem = "there is no such letter in this release";
		return ITEM_WAITING;
	}
	if (!letter_is_address(letter.to)) {
		item->problem = "the address of the account is not one";
		return ITEM_FAILED;
	}
	letter.link = letter_kind_link(kind, item->config);
	letter.lifetime = letter_kind_lifetime(kind, item->config);
	if (letter.link != NULL) {
		if (make_ticket(item, kind, letter.lifetime, &letter.ticket) !=
		    OK) {
			item->problem = "its ticket could not be made";
			return ITEM_WAITING;
		}
		if (letter.ticket == NULL)
			return ITEM_DROPPED;
	}
	return send_letter(item, &letter);
}

static const struct column columns[] = {
	{ "id", COLUMN_INTEGER },
	{ "purpose", COLUMN_TEXT },
	{ "recipient", COLUMN_TEXT },
	{ "state", COLUMN_TEXT },
	{ "attempts", COLUMN_INTEGER },
	{ "created_at", COLUMN_TEXT },
	{ "due_at", COLUMN_TEXT },
	{ "problem", COLUMN_TEXT },
	{ 0 },
};

const struct queue mail_queue = {
	.name = "mail",
	.item = "letter",
	.kind = "purpose",
	.listen = "listen postern_outbox",
	.claim = &query_outbox_claim,
	.finish = &query_outbox_finish,
	.list = &query_outbox_list,
	.retry = &query_outbox_retry,
	.lock = &query_outbox_lock,
	.unlock = &query_outbox_unlock,
	.columns = columns,
	.is_wanted = is_wanted,
	.attempt = attempt,
};
