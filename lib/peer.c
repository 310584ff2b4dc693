/* peer.c - who is at the other end of the connection. */
#include "peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

#define HOPS_MAX 16    /* elements of X-Forwarded-For that are looked at */
#define ELEMENT_MAX 80 /* bytes: an address, its zone, brackets and a port */

struct ip {
	int family;
	unsigned bits; /* of the address; of a block: that count */
	unsigned char bytes[16];
};

static void unmap(struct ip *ip)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (ip->family != AF_INET6 || ip->bits < 96 ||
	    memcmp(ip->bytes, mapped, sizeof mapped) != 0)
		return;
	ip->family = AF_INET;
	ip->bits -= 96;
	memmove(ip->bytes, ip->bytes + 12, 4);
}

static bool read_ip(const char *text, struct ip *ip)
{
	ip->family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET;
	ip->bits = ip->family == AF_INET6 ? 128 : 32;
	return inet_pton(ip->family, text, ip->bytes) == 1;
}

static bool is_port(const char *text)
{
	size_t length = strspn(text, "0123456789");

	return length >= 1 && length <= 5 && text[length] == '\0';
}

/* Cuts brackets, port and zone; returns false when they are malformed. */
static bool bare(char *element, char **address)
{
	char *end = NULL;

	*address = element;
	if (*element == '[') {
		end = strchr(element, ']');
		if (end == NULL)
			return false;
		*end = '\0';
		*address = element + 1;
		if (strchr(*address, ':') == NULL)
			return false;
		if (end[1] != '\0' && (end[1] != ':' || !is_port(end + 2)))
			return false;
	} else if ((end = strchr(element, ':')) != NULL &&
	    strchr(end + 1, ':') == NULL) {
		if (!is_port(end + 1))
			return false;
		*end = '\0';
	}
	end = strchr(*address, '%');
	if (end != NULL && strchr(*address, ':') != NULL)
		*end = '\0';
	return true;
}

/* Reads an address in `size` bytes of text with blanks around it. */
static bool read_element(const char *text, size_t size, struct ip *ip)
{
	char element[ELEMENT_MAX + 1], *address = NULL;

	while (size > 0 && (*text == ' ' || *text == '\t')) {
		text++;
		size--;
	}
	while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\t'))
		size--;
	if (size == 0 || size > ELEMENT_MAX)
		return false;
	memcpy(element, text, size);
	element[size] = '\0';
	if (!bare(element, &address) || !read_ip(address, ip))
		return false;
	unmap(ip);
	return true;
}

static bool read_block(const char *text, struct ip *block)
{
	char address[INET6_ADDRSTRLEN];
	const char *slash = strchr(text, '/');
	size_t size = slash != NULL ? (size_t)(slash - text) : strlen(text);
	unsigned bits = 0;

	if (size >= sizeof address)
		return false;
	memcpy(address, text, size);
	address[size] = '\0';
	if (!read_ip(address, block))
		return false;
	if (slash != NULL) {
		const char *digit = slash + 1;

		/* no leading zero, three digits at the most */
		if (*digit == '\0' || (digit[0] == '0' && digit[1] != '\0') ||
		    strspn(digit, "0123456789") != strlen(digit) ||
		    strlen(digit) > 3)
			return false;
		for (; *digit != '\0'; digit++)
			bits = bits * 10 + (unsigned)(*digit - '0');
		if (bits > block->bits)
			return false;
		block->bits = bits;
	}
	unmap(block);
	return true;
}

int peer_is_block(const char *text)
{
	struct ip block;

	return read_block(text, &block);
}

static bool is_within(const struct ip *ip, const struct ip *block)
{
	unsigned whole = block->bits / 8, rest = block->bits % 8;
	unsigned mask = 0xffU << (8 - rest) & 0xffU;

	return ip->family == block->family &&
	    memcmp(ip->bytes, block->bytes, whole) == 0 &&
	    (rest == 0 ||
		((ip->bytes[whole] ^ block->bytes[whole]) & mask) == 0);
}

static bool is_trusted(const struct ip *ip, const char *const *proxies)
{
	struct ip block;

	for (; proxies != NULL && *proxies != NULL; proxies++)
		if (read_block(*proxies, &block) && is_within(ip, &block))
			return true;
	return false;
}

/* Goes back from proxy to proxy as far as they are trusted and readable. */
static void follow(
    struct ip *peer, const char *list, const char *const *proxies)
{
	size_t left = strlen(list);
	struct ip hop;

	for (int hops = 0; hops < HOPS_MAX && is_trusted(peer, proxies);
	     hops++) {
		size_t start = left;

		while (start > 0 && list[start - 1] != ',')
			start--;
		if (!read_element(list + start, left - start, &hop))
			return;
		*peer = hop;
		if (start == 0)
			return;
		left = start - 1;
	}
}

struct peer peer_of(struct arena *arena, const char *remote_address,
    const char *forwarded_for, const char *const *trusted_proxies)
{
	struct peer peer = { "", "" };
	char text[INET6_ADDRSTRLEN];
	struct ip ip;

	if (remote_address == NULL ||
	    !read_element(remote_address, strlen(remote_address), &ip))
		return peer;
	if (forwarded_for != NULL)
		follow(&ip, forwarded_for, trusted_proxies);
	inet_ntop(ip.family, ip.bytes, text, sizeof text);
	peer.address = arena_string(arena, text);
	peer.prefix = peer.address;
	if (ip.family == AF_INET6) {
		memset(ip.bytes + 8, 0, 8);
		inet_ntop(ip.family, ip.bytes, text, sizeof text);
		peer.prefix = arena_printf(arena, "%s/64", text);
	}
	return peer;
}
