/* session_refresh.c - the next tokens of a session. */
#include "log.h"
#include "queries.h"
#include "secret.h"
#include "session.h"
#include "session_state.h"
#include "user_id.h"

/* Says why nothing was refreshed. */
static enum outcome refuse(
    struct request *request, const struct claims *presented)
{
	const struct question question = { NULL, "" };
	const struct verdict *verdict = NULL;
	enum outcome outcome =
	    session_state(request, presented, &question, &verdict);

	return outcome == OK ? verdict->refresh : outcome;
}

static void next_claims(struct request *request, const struct claims *presented,
    const struct rows *rows, struct claims *next)
{
	struct profile *profile = arena_alloc(request->arena, sizeof *profile);

	*profile = profile_of(rows);
	*next = *presented;
	next->jti = rows_text(rows, 0, "jti");
	next->iat = rows_integer(rows, 0, "iat");
	next->exp = rows_integer(rows, 0, "exp");
	next->has_epoch = true;
	next->epoch = rows_integer(rows, 0, "epoch");
	next->profile = profile;
}

enum outcome session_refresh(struct request *request,
    const struct claims *presented, struct claims *next)
{
	const struct config *config = request->config;
	struct arena *arena = request->arena;
	const struct rows *rows = NULL;
	bool is_rotated =
	    config->rotate_refresh_tokens && presented->type == TOKEN_REFRESH;
	enum outcome outcome = OK;

	if (presented->user_id == NULL)
		return TOKEN_INVALID;
	if (!session_is_possible(presented))
		return refuse(request, presented);
	outcome = DB_RUN(request->db, arena, &query_session_refresh, &rows,
	    presented->sid, presented->jti, secret_id(arena),
	    db_integer(arena, config->rotation_grace), db_boolean(is_rotated),
	    db_boolean(config->blacklist_after_rotation),
	    db_integer(arena, presented->iat),
	    user_id_key(request, presented->user_id),
	    db_boolean(config->check_user_is_active), request->peer.prefix,
	    user_id_column(config),
	    db_boolean(profile_needs_groups(config, false)),
	    db_boolean(*config->on_reuse != '\0'));
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
	next_claims(request, presented, rows, next);
	return OK;
}

struct claims session_slide(
    const struct request *request, const struct claims *token)
{
	struct claims sliding = *token;
	int64_t exp = request->now + request->config->sliding_token_lifetime;

	sliding.type = TOKEN_SLIDING;
	sliding.iat = request->now;
	sliding.has_refresh_exp = true;
	sliding.refresh_exp = token->exp;
	sliding.exp = exp < token->exp ? exp : token->exp;
	return sliding;
}
