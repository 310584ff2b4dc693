/* peer.h - who is at the other end of the connection. */
#pragma once
#include "arena.h"

struct peer {
	const char *address; /* as text; "" when unknown (no REMOTE_ADDR) */
	const char *prefix;  /* the address; of IPv6 its /64, "2001:db8::/64" */
};

/*
 * REMOTE_ADDR is the peer. When it is one of `trusted_proxies` (addresses or
 * CIDR blocks), X-Forwarded-For is read from the right: the first address that
 * is no trusted proxy is the peer. IPv4-mapped addresses count as IPv4.
 */
struct peer peer_of(struct arena *arena, const char *remote_address,
    const char *forwarded_for, const char *const *trusted_proxies);

/* Returns true when the text is an address or a CIDR block. */
int peer_is_block(const char *text);
