/* reply.c - values to JSON text. */
#include "reply.h"

#include <string.h>

#include <json-c/json.h>

#include "log.h"

/* A reply is json-c's own object; the name only hides whose it is. */
static struct json_object *object_of(struct reply *reply)
{
	return (struct json_object *)(void *)reply;
}

static struct reply *reply_of(struct json_object *object)
{
	if (object == NULL)
		log_fatal("memory: there is none left");
	return (struct reply *)(void *)object;
}

static void release(void *object)
{
	json_object_put(object);
}

static void add(
    struct reply *reply, const char *name, struct json_object *value)
{
	if (json_object_object_add(object_of(reply), name, value) != 0)
		log_fatal("memory: there is none left");
}

struct reply *reply_open(struct arena *arena)
{
	struct reply *reply = reply_of(json_object_new_object());

	arena_defer(arena, release, reply);
	return reply;
}

struct reply *reply_open_list(struct arena *arena)
{
	struct reply *list = reply_of(json_object_new_array());

	arena_defer(arena, release, list);
	return list;
}

struct reply *reply_add(struct reply *list)
{
	struct json_object *object = json_object_new_object();

	json_object_array_add(object_of(list), object);
	return reply_of(object);
}

void reply_string(struct reply *reply, const char *name, const char *value)
{
	add(reply, name, json_object_new_string(value));
}

void reply_integer(struct reply *reply, const char *name, int64_t value)
{
	add(reply, name, json_object_new_int64(value));
}

void reply_boolean(struct reply *reply, const char *name, bool value)
{
	add(reply, name, json_object_new_boolean(value));
}

void reply_null(struct reply *reply, const char *name)
{
	add(reply, name, NULL);
}

/* The list of that name, made where there is none. */
static struct json_object *list_of(struct reply *reply, const char *name)
{
	struct json_object *list = NULL;

	if (json_object_object_get_ex(object_of(reply), name, &list))
		return list;
	list = json_object_new_array();
	add(reply, name, list);
	return list;
}

void reply_list(struct reply *reply, const char *name)
{
	list_of(reply, name);
}

void reply_append(struct reply *reply, const char *name, const char *value)
{
	reply_append_bytes(reply, name, value, strlen(value));
}

void reply_append_bytes(
    struct reply *reply, const char *name, const char *bytes, size_t size)
{
	json_object_array_add(
	    list_of(reply, name), json_object_new_string_len(bytes, (int)size));
}

struct reply *reply_append_object(struct reply *reply, const char *name)
{
	struct json_object *object = json_object_new_object();

	json_object_array_add(list_of(reply, name), object);
	return reply_of(object);
}

const char *reply_text(struct reply *reply)
{
	return json_object_to_json_string_ext(object_of(reply),
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}
