/* config_contradiction.c - what cannot be set together. */
#include <ctype.h>
#include <string.h>

#include "config_settings.h"

static bool is_one_of(const char *text, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(*list, text) == 0)
			return true;
	return false;
}

/* Whether each claim has a variable of its own: POSTERN_CLAIM_... */
static bool are_distinct(config_list names)
{
	for (; *names != NULL; names++)
		for (config_list other = names + 1; *other != NULL; other++) {
			size_t i = 0;

			while ((*names)[i] != '\0' &&
			    (toupper((unsigned char)(*names)[i]) ==
				    toupper((unsigned char)(*other)[i]) ||
				(!isalnum((unsigned char)(*names)[i]) &&
				    !isalnum((unsigned char)(*other)[i]) &&
				    (*other)[i] != '\0')))
				i++;
			if ((*names)[i] == (*other)[i])
				return false;
		}
	return true;
}

/* Two claims of one name, or a name whose meaning is not ours to choose. */
static const char *claims_contradiction(
    struct arena *arena, const struct config *config)
{
	static const char *const registered[] = { "exp", "iat", "nbf", "iss",
		"aud", "sid", NULL };
	const char *const own[] = { config->user_id_claim,
		config->token_type_claim, config->jti_claim,
		config->revoke_token_claim,
		config->sliding_token_refresh_exp_claim, NULL };

	for (size_t i = 0; own[i] != NULL; i++) {
		if (is_one_of(own[i], registered) ||
		    is_one_of(own[i], own + i + 1))
			return "user_id_claim, token_type_claim, jti_claim, "
			       "revoke_token_claim, sliding_token_refresh_exp_claim: "
			       "allowed: five different names, none of them exp, iat, "
			       "nbf, iss, aud, sid";
	}
	for (const struct custom_claim *claim = config->claims;
	     claim->name != NULL; claim++) {
		if (is_one_of(claim->name, registered) ||
		    is_one_of(claim->name, own))
			return arena_printf(arena,
			    "claim.%s: the name is taken by a claim that every "
			    "token has; allowed: another name",
			    claim->name);
		/* RFC 7519 section 4.1.2 */
		if (strcmp(claim->name, "sub") == 0 &&
		    claim->column >= USER_GROUPS)
			return "claim.sub: allowed: id, username, email, first_name, "
			       "last_name";
	}
	return NULL;
}

static const char *tokens_contradiction(
    struct arena *arena, const struct config *config)
{
	if (*config->auth_token_classes == NULL)
		return "auth_token_classes: allowed: access, sliding, or both";
	if (*config->auth_header_types == NULL)
		return "auth_header_types: allowed: words such as Bearer, JWT";
	if (*config->require_group != NULL &&
	    config->access_check == ACCESS_CHECK_STATELESS &&
	    !config_claims_column(config, USER_GROUPS))
		return "require_group: with access_check = stateless the groups are "
		       "looked for in the token; allowed with claim.NAME = groups";
	if (config->check_revoke_token &&
	    config->access_check == ACCESS_CHECK_STATELESS)
		return "check_revoke_token: with access_check = stateless there is "
		       "nothing to compare a token with; allowed with user, session";
	/* The session's end is that of its tokens. */
	if (config->rotate_refresh_tokens &&
	    (config->session_lifetime < config->refresh_token_lifetime ||
		config->session_lifetime < config->remember_token_lifetime))
		return "session_lifetime, refresh_token_lifetime, "
		       "remember_token_lifetime: a rotated session would end "
		       "before its first token; allowed with "
		       "rotate_refresh_tokens = yes: session_lifetime at least "
		       "as long as both others";
	/* Anybody can register with an address and not verify it. */
	if (config->user_id_field == USER_EMAIL &&
	    !config->check_user_is_active)
		return "user_id_field: an address identifies its owner where it must "
		       "be verified; allowed with check_user_is_active = yes";
	if (config->token_transport != TRANSPORT_BODY &&
	    config->public_url[0] == '\0')
		return "token_transport: cookies need public_url, with which the "
		       "origin of a request is compared; allowed: body";
	if (config->token_transport == TRANSPORT_BODY && config->access_cookie)
		return "access_cookie: allowed with token_transport = cookie or both";
	if (config_has_hooks(config) && config->hook_key[0] == '\0')
		return "on_login, on_login_failed, on_reuse, on_register, "
		       "on_password_changed: what is told is signed; name a file in "
		       "hook_key and run postern hook key";
	/* Without it a browser would come back from there with nothing new. */
	if (config->gate_login_url[0] != '\0' && !config->access_cookie)
		return "gate_login_url: a page is asked for with a token in the "
		       "cookie alone; allowed with access_cookie = yes";
	if (!are_distinct(config->gate_claims))
		return "gate_claims: two of them would be one variable, letters in "
		       "upper case and all else _; allowed: names that differ then";
	return claims_contradiction(arena, config);
}

const char *config_contradiction(
    struct arena *arena, const struct config *config)
{
	if (config->mail_transport == MAIL_SMTP && config->smtp_url[0] == '\0')
		return "mail_transport: smtp needs smtp_url; allowed: "
		       "smtp://HOST:PORT or smtps://HOST:PORT";
	if (config->mail_transport == MAIL_FOLDER &&
	    config->mail_folder[0] == '\0')
		return "mail_transport: folder needs mail_folder; allowed: the "
		       "name of a folder";
	if (config->login_wait > config->login_wait_max)
		return "login_wait: it is longer than login_wait_max; allowed: "
		       "at most as long";
	/* An account that is there at once tells that the address is free. */
	if (!config->send_activation_email &&
	    config->registration_conflict == CONFLICT_HIDE)
		return "send_activation_email: without activation an address that "
		       "has an account cannot be hidden; allowed with "
		       "registration_conflict = reveal";
	/* The lock that lets one deliver at a time is a connection's. */
	if (config->mail_delivery == DELIVERY_SPAWN &&
	    !config->prepared_statements)
		return "mail_delivery: spawn needs a connection of its own; allowed "
		       "with prepared_statements = yes";
	return tokens_contradiction(arena, config);
}
