/* session_open.c - the first tokens of a login. */
#include "courier.h"
#include "queries.h"
#include "secret.h"
#include "session.h"

enum outcome session_open(struct request *request,
    const struct account *account, int64_t lifetime, struct claims *refresh)
{
	const struct config *config = request->config;
	struct arena *arena = request->arena;
	const char *sid = secret_id(arena), *jti = secret_id(arena);
	const struct rows *rows = NULL;
	enum outcome outcome = DB_RUN(request->db, arena, &query_session_open,
	    &rows, account->id, account->epoch, sid, jti,
	    db_integer(arena, lifetime),
	    db_integer(arena,
		config->rotate_refresh_tokens ? config->session_lifetime : 0),
	    request->peer.prefix, request->agent, account->counter,
	    db_boolean(config->update_last_login), account->hash,
	    account->better_hash, db_integer(arena, config->session_limit),
	    db_boolean(*config->on_login != '\0'),
	    db_boolean(config->login_notice));

	if (outcome != OK)
		return outcome;
	if (rows_count(rows) == 0)
		return LOGIN_REFUSED;
	if (config->login_notice)
		courier_call(request);
	*refresh = (struct claims){
		.type = TOKEN_REFRESH,
		.iat = rows_integer(rows, 0, "iat"),
		.exp = rows_integer(rows, 0, "exp"),
		.jti = jti,
		.user_id = account->profile.columns[config->user_id_field],
		.sid = sid,
		.has_epoch = true,
		.epoch = rows_integer(rows, 0, "epoch"),
		.profile = &account->profile,
	};
	return OK;
}
