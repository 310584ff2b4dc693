/* session_refresh.c - the next tokens of a session. */
#include "log.h"
#include "queries.h"
#include "secret.h"
#include "session.h"
#include "session_state.h"

/* Says why nothing was refreshed. */
static enum outcome refuse(
    struct request *request, const struct claims *presented)
{
	const struct verdict *verdict = NULL;
	enum outcome outcome =
	    session_state(request, presented, NULL, &verdict);

	return outcome == OK ? verdict->refresh : outcome;
}

enum outcome session_refresh(struct request *request,
    const struct claims *presented, struct claims *next)
{
	const struct config *config = request->config;
	struct arena *arena = request->arena;
	const struct rows *rows = NULL;
	enum outcome outcome = OK;

	if (presented->user_id == NULL)
		return TOKEN_INVALID;
	if (!session_is_possible(presented))
		return refuse(request, presented);
	outcome = DB_RUN(request->db, arena, &query_session_refresh, &rows,
	    presented->sid, presented->jti, secret_id(arena),
	    db_integer(arena, config->rotation_grace),
	    db_boolean(config->rotate_refresh_tokens),
	    db_boolean(config->blacklist_after_rotation),
	    db_integer(arena, presented->iat), presented->user_id,
	    db_boolean(config->check_user_is_active), request->peer.prefix);
	if (outcome != OK)
		return outcome;
	if (rows_count(rows) == 0)
		return refuse(request, presented);
	if (rows_boolean(rows, 0, "is_reuse")) {
		log_info("refresh token used again: peer=%s session=%s "
			 "outcome=token_blacklisted",
		    request->peer.address, presented->sid);
		return TOKEN_BLACKLISTED;
	}
	*next = *presented;
	next->jti = rows_text(rows, 0, "jti");
	next->iat = rows_integer(rows, 0, "iat");
	next->exp = rows_integer(rows, 0, "exp");
	next->has_epoch = true;
	next->epoch = rows_integer(rows, 0, "epoch");
	return OK;
}
