/* hook_queue.c - hooks as a queue: what happened is told, signed. */
#include "hook_queue.h"

#include <inttypes.h>

#include "clock.h"
#include "hook_event.h"
#include "hook_key.h"
#include "http.h"
#include "queries.h"
#include "reply.h"
#include "secret.h"

#define GONE 410

static void add(struct reply *reply, const char *name, const char *value)
{
	if (value == NULL)
		reply_null(reply, name);
	else
		reply_string(reply, name, value);
}

/* The same for each attempt. */
static const char *body_of(const struct item *item)
{
	struct reply *reply = reply_open(item->arena);

	reply_string(reply, "id", item_text(item, "message_id"));
	reply_string(reply, "event", item_text(item, "event"));
	reply_string(reply, "created", item_text(item, "created_at"));
	add(reply, "user_id", item_text(item, "subject"));
	add(reply, "session", item_text(item, "session"));
	add(reply, "address", item_text(item, "address"));
	return reply_text(reply);
}

/* The address that is told of it now. */
static const char *address_of(const struct item *item)
{
	return hook_address(item->config, item_text(item, "event"));
}

static bool is_wanted(const struct item *item)
{
	return address_of(item)[0] != '\0';
}

static enum ending judge(struct item *item, int status)
{
	if (status >= 200 && status <= 299)
		return ITEM_SENT;
	if (status != 0)
		item->problem =
		    arena_printf(item->arena, "http: status %d", status);
	return status == GONE ? ITEM_FAILED : ITEM_WAITING;
}

static enum ending post(struct item *item, const struct hook_key *key)
{
	struct arena *arena = item->arena;
	const char *id = item_text(item, "message_id");
	const char *body = body_of(item);
	int64_t now = clock_seconds();
	const char *const headers[] = { "Content-Type: application/json",
		arena_printf(arena, "webhook-id: %s", id),
		arena_printf(arena, "webhook-timestamp: %" PRId64, now),
		arena_printf(arena, "webhook-signature: %s",
		    hook_key_sign(arena, key, id, now, body)),
		NULL };
	const struct http_message message = { address_of(item), headers, body };

	return judge(item, http_post(arena, &message, &item->problem));
}

static enum ending attempt(struct item *item)
{
	struct hook_key key = { 0 };
	const char *problem = NULL;
	enum ending ending = ITEM_WAITING;

	if (hook_key_read(item->arena, item->config->hook_key, &key, &problem))
		ending = post(item, &key);
	else
		item->problem =
		    arena_printf(item->arena, "hook_key: %s", problem);
	secret_wipe(&key, sizeof key);
	return ending;
}

static const struct column columns[] = {
	{ "id", COLUMN_INTEGER },
	{ "event", COLUMN_TEXT },
	{ "user_id", COLUMN_TEXT },
	{ "state", COLUMN_TEXT },
	{ "attempts", COLUMN_INTEGER },
	{ "created_at", COLUMN_TEXT },
	{ "due_at", COLUMN_TEXT },
	{ "problem", COLUMN_TEXT },
	{ 0 },
};

const struct queue hook_queue = {
	.name = "hooks",
	.item = "hook",
	.kind = "event",
	.listen = "listen postern_hooks",
	.claim = &query_hook_claim,
	.finish = &query_hook_finish,
	.list = &query_hook_list,
	.retry = &query_hook_retry,
	.columns = columns,
	.is_wanted = is_wanted,
	.attempt = attempt,
};
