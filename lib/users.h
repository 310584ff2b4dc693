/*
 * users.h - accounts as those see them who may: everybody the own one, staff all
 * of them, with what only staff changes. Whom nobody shows an account, for that
 * it is not there.
 */
#pragma once
#include "profile.h"
#include "request.h"

#define USERS_PAGE 50 /* accounts on a page of the list */

/* An account that the bearer may see. */
struct visible {
	const char *asker, *target; /* internal ids: of the bearer, of it */
	bool is_own, by_staff, is_active;
	const struct rows *rows; /* its row is the first */
};

/* What is changed in an account; NULL: it stays as it is. */
struct change {
	const char *first_name, *last_name;
	/* for staff, and of others' accounts alone: "true" or "", a line each */
	const char *is_active, *is_banned, *is_staff, *groups;
};

/*
 * Finds the account of request->id.
 * Returns OK and sets *visible, NOT_FOUND or UNAVAILABLE.
 */
enum outcome users_find(struct request *request, struct visible *visible);

/*
 * Adds what the bearer may see of the account in this row: what an account shows
 * of itself, and to staff how it stands.
 */
void users_show(
    struct reply *reply, const struct rows *rows, size_t row, bool by_staff);

/*
 * Replies the list of accounts: to staff the page of the whole or of what begins
 * with `search`, with its neighbours in Link (RFC 8288) and the number of
 * accounts in X-Total-Count; to others the own account.
 * Returns OK, USER_NOT_FOUND or UNAVAILABLE.
 */
enum outcome users_list(
    struct request *request, int64_t page, const char *search);

/*
 * Changes the account. A ban ends all its sessions and tickets.
 * Returns OK, FIELDS_INVALID for what staff cannot do either, EMAIL_TAKEN when
 * it is to be activated and another one has the address, NOT_FOUND or
 * UNAVAILABLE.
 */
enum outcome users_change(struct request *request,
    const struct visible *visible, const struct change *change);

/*
 * Deletes the account with all that hangs on it, but for the audit log, after
 * the bearer's password and code were checked.
 * Returns NO_CONTENT, NOT_FOUND, or why not as reauth_check and reauth_code do.
 */
enum outcome users_delete(struct request *request,
    const struct visible *visible, const char *current_password);
