/* users_list.c - pages of accounts. */
#include <inttypes.h>
#include <string.h>

#include "address.h"
#include "identity.h"
#include "me.h"
#include "queries.h"
#include "users.h"

/* A value of a query: all but the unreserved characters of RFC 3986 section 2.3
 * is escaped. */
static const char *escaped(struct arena *arena, const char *text)
{
	static const char hex[] = "0123456789ABCDEF";
	static const char unreserved[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	    "-._~";
	char *result = arena_alloc(arena, 3 * strlen(text) + 1);
	char *end = result;

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (strchr(unreserved, c) != NULL) {
			*end++ = (char)c;
			continue;
		}
		*end++ = '%';
		*end++ = hex[c >> 4];
		*end++ = hex[c & 0xf];
	}
	return result;
}

/* A relative reference: it holds behind whatever the web server adds. */
static const char *link_to(
    struct arena *arena, int64_t page, const char *search, const char *relation)
{
	return arena_printf(arena, "<?page=%" PRId64 "%s%s>; rel=\"%s\"", page,
	    *search != '\0' ? "&search=" : "", escaped(arena, search),
	    relation);
}

static void add_headers(
    struct request *request, int64_t page, const char *search, int64_t total)
{
	struct arena *arena = request->arena;
	int64_t last = (total + USERS_PAGE - 1) / USERS_PAGE;
	const char *next =
	    page < last ? link_to(arena, page + 1, search, "next") : "";
	const char *before = page > 1 && last > 0
	    ? link_to(arena, page <= last ? page - 1 : last, search, "prev")
	    : "";

	request->headers = arena_printf(
	    arena, "%sX-Total-Count: %" PRId64 "\r\n", request->headers, total);
	if (*next != '\0' || *before != '\0')
		request->headers = arena_printf(arena, "%sLink: %s%s%s\r\n",
		    request->headers, next,
		    *next != '\0' && *before != '\0' ? ", " : "", before);
}

static enum outcome run(struct request *request, int64_t page,
    const char *search, const struct rows **rows)
{
	struct arena *arena = request->arena;
	const char *offset = db_integer(arena, (page - 1) * USERS_PAGE);
	const char *limit = db_integer(arena, USERS_PAGE);

	if (*search == '\0')
		return DB_RUN(
		    request->db, arena, &query_users_page, rows, offset, limit);
	return DB_RUN(request->db, arena, &query_users_search, rows, offset,
	    limit, identity_canonical(arena, search),
	    address_canonical(arena, search), search);
}

static enum outcome list_all(
    struct request *request, int64_t page, const char *search)
{
	const struct rows *rows = NULL;
	enum outcome outcome = run(request, page, search, &rows);

	if (outcome != OK)
		return outcome;
	request->reply = reply_open_list(request->arena);
	for (size_t row = 0; row < rows_count(rows); row++)
		if (rows_text(rows, row, "subject") != NULL)
			users_show(reply_add(request->reply), rows, row, true);
	add_headers(request, page, search, rows_integer(rows, 0, "total"));
	return OK;
}

enum outcome users_list(
    struct request *request, int64_t page, const char *search)
{
	struct profile own = { 0 };
	enum outcome outcome = me_read(request, &own);

	if (outcome != OK)
		return outcome;
	if (*own.columns[USER_IS_STAFF] == 't')
		return list_all(request, page, search);
	request->reply = reply_open_list(request->arena);
	profile_reply_own(reply_add(request->reply), &own);
	return OK;
}
