/* ticket.h - what the link in a letter opens, once. */
#pragma once
#include "password.h"
#include "request.h"

/*
 * The hash under which the ticket would be on record, as a bytea. Of a damaged
 * one as well: every wrong ticket takes the same way.
 */
const char *ticket_hash(struct arena *arena, const char *token);

/*
 * Activates the account of the ticket. `uid` is its subject.
 * Returns NO_CONTENT, UID_INVALID, TICKET_INVALID, TICKET_STALE (it is
 * activated already) or UNAVAILABLE.
 */
enum outcome ticket_activate(
    struct request *request, const char *uid, const char *token);

/*
 * Finds whose ticket of this purpose it is, without spending it.
 * Returns OK and sets *person, UID_INVALID, TICKET_INVALID or UNAVAILABLE.
 */
enum outcome ticket_owner(struct request *request, const char *purpose,
    const char *uid, const char *token, struct person *person);

/*
 * Spends a reset ticket for a new password, which ends every session and
 * ticket of the account. Returns NO_CONTENT, TICKET_INVALID or UNAVAILABLE.
 */
enum outcome ticket_reset(struct request *request, const char *uid,
    const char *token, const char *password);

/*
 * Spends the ticket of a new address, which the account has from now on: every
 * session and ticket ends, and the old address gets a letter with a way back.
 * Returns NO_CONTENT, UID_INVALID, TICKET_INVALID (and when another account has
 * verified the address meanwhile) or UNAVAILABLE.
 */
enum outcome ticket_email(
    struct request *request, const char *uid, const char *token);

/*
 * Spends the ticket of a way back: the account has its old address again, every
 * session and ticket ends, and so do the ways back to what came after it. Nobody
 * knows the password any more: a letter to the address lets its owner choose one.
 * Returns as ticket_email does.
 */
enum outcome ticket_email_undo(
    struct request *request, const char *uid, const char *token);

/*
 * Spends a ticket for another username; the name is valid. The sessions of the
 * account go on. Returns NO_CONTENT, TICKET_INVALID, NEW_USERNAME_TAKEN, which
 * leaves the ticket good, or UNAVAILABLE.
 */
enum outcome ticket_username(struct request *request, const char *uid,
    const char *token, const char *username);
