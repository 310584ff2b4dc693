/* address.h - mail addresses, as they are shown and as they are compared. */
#pragma once
#include "arena.h"

#define ADDRESS_MAX 254 /* bytes, RFC 5321 with its erratum 1690 */

/*
 * Returns the address as it is shown: its domain in lower case. NULL when it is
 * malformed: not local@domain, other than ASCII (a domain of another script is
 * written as xn--..., RFC 5890), a local part that is no dot-atom (RFC 5322
 * section 3.2.3) or more than 64 bytes, more than ADDRESS_MAX bytes, blanks or
 * control characters, a leading "-" in local part or in a label, a quoted local
 * part, an address literal, a domain without a dot (except localhost) or with a
 * number as its last label.
 */
const char *address_shown(struct arena *arena, const char *text);

/*
 * Returns the form in which addresses are compared: ASCII letters in lower
 * case, all else as it is. Two spellings of one mailbox are equal, two domains
 * never.
 */
const char *address_canonical(struct arena *arena, const char *text);
