/* outbox_email.c - the letter that confirms a new address. */
#include <string.h>

#include "address.h"
#include "courier.h"
#include "log.h"
#include "outbox.h"
#include "queries.h"

enum outcome outbox_ask_email(
    struct request *request, const struct account *account, const char *address)
{
	const struct config *config = request->config;
	struct arena *arena = request->arena;
	const struct rows *rows = NULL;
	enum outcome outcome =
	    DB_RUN(request->db, arena, &query_email_ask, &rows, account->id,
		account->epoch, address, address_canonical(arena, address),
		request->peer.prefix, db_boolean(config->throttle),
		db_integer(arena, config->peer_letters),
		db_integer(arena, config->address_interval),
		db_integer(arena, config->address_letters));

	if (outcome != OK)
		return outcome;
	if (strcmp(rows_text(rows, 0, "outcome"), "throttled") != 0)
		courier_call(request);
	else
		log_info("letter withheld: peer=%s purpose=email_change "
			 "outcome=no_content",
		    request->peer.address);
	return NO_CONTENT;
}
