/* delivery.h - how a written letter leaves. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "arena.h"
#include "config.h"

#define DELIVERY_SECONDS 60 /* a letter takes no longer */

enum delivery {
	DELIVERED,
	DELIVER_LATER,    /* may work at another time */
	DELIVERY_REFUSED, /* will never work */
};

struct parcel {
	const char *from, *to; /* addresses; checked by letter_is_address */
	const char *text;      /* lines end with LF */
	size_t size;
	const char *name; /* of its file: letters, digits, - and _ */
};

/*
 * Hands the parcel to what mail_transport says. Sets *problem (in the arena;
 * without secrets, printable ASCII) unless DELIVERED.
 */
enum delivery delivery_send(struct arena *arena, const struct config *config,
    const struct parcel *parcel, const char **problem);

/*
 * The transports. The folder gets NAME.eml behind the time, whole or not at
 * all, for the owner alone. sendmail(8) gets the recipient as an argument and
 * the letter as standard input; its exit status is that of sysexits.h. SMTP
 * (RFC 5321): 4yz is for later, 5yz for good once the server has greeted.
 */
enum delivery folder_send(struct arena *arena, const struct config *config,
    const struct parcel *parcel, const char **problem);
enum delivery sendmail_send(struct arena *arena, const struct config *config,
    const struct parcel *parcel, const char **problem);
enum delivery smtp_send(struct arena *arena, const struct config *config,
    const struct parcel *parcel, const char **problem);
