/* session.c - one row for each login, from its first tokens to its end. */
#include "session.h"

#include <string.h>

#include "log.h"
#include "queries.h"
#include "secret.h"

/* What session_state says, and what the callers make of it. */
struct verdict {
	const char *state;
	enum outcome refresh, verify, access, end;
};

/* clang-format off */
static const struct verdict verdicts[] = {
	/* state        refresh            verify             access             end */
	{ "live",       TOKEN_INVALID,     OK,                OK,                TOKEN_INVALID },
	{ "no_user",    ACCOUNT_REFUSED,   TOKEN_BLACKLISTED, USER_NOT_FOUND,    OK },
	{ "inactive",   ACCOUNT_REFUSED,   TOKEN_BLACKLISTED, USER_INACTIVE,     TOKEN_BLACKLISTED },
	{ "no_session", TOKEN_INVALID,     TOKEN_INVALID,     TOKEN_INVALID,     TOKEN_INVALID },
	{ "epoch",      TOKEN_BLACKLISTED, TOKEN_BLACKLISTED, PASSWORD_CHANGED,  TOKEN_BLACKLISTED },
	{ "ended",      TOKEN_BLACKLISTED, TOKEN_BLACKLISTED, TOKEN_BLACKLISTED, TOKEN_BLACKLISTED },
	{ "expired",    TOKEN_EXPIRED,     TOKEN_EXPIRED,     TOKEN_EXPIRED,     TOKEN_EXPIRED },
	{ "rotated",    TOKEN_INVALID,     TOKEN_BLACKLISTED, OK,                TOKEN_BLACKLISTED },
};
/* clang-format on */

/* Asks how the session stands; `jti` is NULL where it does not matter. */
static enum outcome state_of(struct request *request,
    const struct claims *claims, const char *jti,
    const struct verdict **verdict)
{
	const struct config *config = request->config;
	const struct rows *rows = NULL;
	const char *state = NULL;
	enum outcome outcome = DB_RUN(request->db, request->arena,
	    &query_session_state, &rows, claims->sid, claims->user_id,
	    db_boolean(config->check_user_is_active), jti,
	    db_integer(request->arena, config->rotation_grace));

	if (outcome != OK)
		return outcome;
	state = rows_text(rows, 0, "state");
	for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++)
		if (strcmp(verdicts[i].state, state) == 0)
			*verdict = &verdicts[i];
	return OK;
}

enum outcome session_open(struct request *request,
    const struct account *account, struct claims *refresh)
{
	const struct config *config = request->config;
	struct arena *arena = request->arena;
	const char *sid = secret_id(arena), *jti = secret_id(arena);
	const struct rows *rows = NULL;
	enum outcome outcome = DB_RUN(request->db, arena, &query_session_open,
	    &rows, account->id, account->epoch, sid, jti,
	    db_integer(arena, config->refresh_token_lifetime),
	    db_integer(arena, config->session_lifetime), request->peer.prefix,
	    request->agent, account->counter,
	    db_boolean(config->update_last_login), account->hash,
	    account->better_hash);

	if (outcome != OK)
		return outcome;
	if (rows_count(rows) == 0)
		return LOGIN_REFUSED;
	*refresh = (struct claims){
		.type = TOKEN_REFRESH,
		.iat = rows_integer(rows, 0, "iat"),
		.exp = rows_integer(rows, 0, "exp"),
		.jti = jti,
		.user_id = account->subject,
		.sid = sid,
		.has_epoch = true,
		.epoch = rows_integer(rows, 0, "epoch"),
	};
	return OK;
}

/* A token that could be of a session on record: ours has both as hex. */
static bool may_have_session(const struct claims *claims)
{
	return claims->sid != NULL && claims->user_id != NULL &&
	    secret_is_id(claims->jti);
}

/* Says why nothing was refreshed. */
static enum outcome refuse(
    struct request *request, const struct claims *presented)
{
	const struct verdict *verdict = NULL;
	enum outcome outcome = state_of(request, presented, NULL, &verdict);

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
	if (!may_have_session(presented))
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
		log_info("refresh token used again: peer=%s session=%s ended",
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

enum outcome session_verify(
    struct request *request, const struct claims *claims)
{
	const struct config *config = request->config;
	const struct verdict *verdict = NULL;
	bool is_refresh = claims->type == TOKEN_REFRESH;
	enum outcome outcome = OK;

	if (!may_have_session(claims))
		return is_refresh ? TOKEN_INVALID : OK;
	outcome = state_of(request, claims,
	    is_refresh && config->blacklist_after_rotation ? claims->jti : NULL,
	    &verdict);
	return outcome == OK ? verdict->verify : outcome;
}

enum outcome session_check(struct request *request, const struct claims *claims)
{
	const struct verdict *verdict = NULL;
	enum outcome outcome = state_of(request, claims, NULL, &verdict);

	return outcome == OK ? verdict->access : outcome;
}

enum outcome session_end(
    struct request *request, const struct claims *presented)
{
	const struct rows *rows = NULL;
	const struct verdict *verdict = NULL;
	enum outcome outcome = OK;

	if (presented->user_id == NULL)
		return TOKEN_INVALID;
	outcome = DB_RUN(request->db, request->arena, &query_session_end, &rows,
	    presented->sid, presented->user_id, request->peer.prefix);
	if (outcome != OK || rows_count(rows) > 0)
		return outcome;
	outcome = state_of(request, presented, NULL, &verdict);
	return outcome == OK ? verdict->end : outcome;
}
