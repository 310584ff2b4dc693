/* me.h - what people do with their own account, whose bearer was checked. */
#pragma once
#include "profile.h"
#include "request.h"

/*
 * Reads the account. Returns OK and sets *profile, USER_NOT_FOUND or
 * UNAVAILABLE.
 */
enum outcome me_read(struct request *request, struct profile *profile);

/*
 * Changes the names of the person; NULL: it stays as it is.
 * Returns OK and sets *profile, USER_NOT_FOUND or UNAVAILABLE.
 */
enum outcome me_change(struct request *request, const char *first_name,
    const char *last_name, struct profile *profile);

/*
 * Deletes the account with all that hangs on it, but for the audit log.
 * Returns NO_CONTENT, or why not as reauth_check and reauth_code do.
 */
enum outcome me_delete(struct request *request, const char *current_password);

/*
 * Sets a new password. All sessions and tickets end; with
 * logout_on_password_change = no the session of the bearer's token goes on: its
 * refresh token stays good, while access tokens that exist are stale.
 * Of parallel changes with one current password one takes effect.
 * Returns NO_CONTENT, FIELDS_INVALID with what is wrong with the new password,
 * or why not as reauth_check and reauth_code do.
 */
enum outcome me_password(struct request *request, const char *current_password,
    const char *new_password);

/*
 * Sets a new username; it is a valid one. Sessions go on.
 * Returns NO_CONTENT, FIELDS_INVALID, NEW_USERNAME_TAKEN, or why not as
 * reauth_check and reauth_code do.
 */
enum outcome me_username(struct request *request, const char *current_password,
    const char *new_username);

/* Replies the list of live sessions. Returns OK or UNAVAILABLE. */
enum outcome me_sessions(struct request *request);

/*
 * Ends the live session of this id. Returns NO_CONTENT, NOT_FOUND when it is
 * none of this account, or UNAVAILABLE.
 */
enum outcome me_session_end(struct request *request, const char *id);

/* Ends all sessions and tickets. Returns NO_CONTENT or UNAVAILABLE. */
enum outcome me_sessions_end(struct request *request);
