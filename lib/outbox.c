/* outbox.c - letters that somebody asks for. */
#include "outbox.h"

#include <string.h>

#include "address.h"
#include "courier.h"
#include "log.h"
#include "queries.h"

enum outcome outbox_ask(
    struct request *request, const char *purpose, const char *address)
{
	const struct config *config = request->config;
	struct arena *arena = request->arena;
	const struct rows *rows = NULL;
	enum outcome outcome = DB_RUN(request->db, arena, &query_letter_ask,
	    &rows, purpose, address_canonical(arena, address),
	    request->peer.prefix, db_boolean(config->throttle),
	    db_integer(arena, config->peer_letters),
	    db_integer(arena, config->address_interval),
	    db_integer(arena, config->address_letters));

	if (outcome != OK)
		return outcome;
	if (strcmp(rows_text(rows, 0, "outcome"), "throttled") != 0)
		courier_call(request);
	else
		log_info("letter withheld: peer=%s purpose=%s "
			 "outcome=no_content",
		    request->peer.address, purpose);
	return NO_CONTENT;
}
