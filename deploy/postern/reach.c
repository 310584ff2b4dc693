/* reach.c - tries whether somebody answers at a TCP port. */
#include "reach.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECT_MS 5000

/* Returns 0, or an errno value. */
static int connect_one(const struct addrinfo *to)
{
	struct pollfd poller = { -1, POLLOUT, 0 };
	int problem = 0;
	socklen_t size = sizeof problem;

	poller.fd = socket(to->ai_family,
	    to->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, to->ai_protocol);
	if (poller.fd < 0)
		return errno;
	if (connect(poller.fd, to->ai_addr, to->ai_addrlen) != 0) {
		problem = errno;
		if (problem == EINPROGRESS && poll(&poller, 1, CONNECT_MS) == 1)
			getsockopt(
			    poller.fd, SOL_SOCKET, SO_ERROR, &problem, &size);
		else if (problem == EINPROGRESS)
			problem = ETIMEDOUT;
	}
	close(poller.fd);
	return problem;
}

static const char *port_of(const char *url)
{
	static const struct {
		const char *scheme, *port;
	} ports[] = {
		{ "smtp:", "25" },
		{ "smtps:", "465" },
		{ "http:", "80" },
		{ "https:", "443" },
	};

	for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++)
		if (strncmp(url, ports[i].scheme, strlen(ports[i].scheme)) == 0)
			return ports[i].port;
	return "";
}

void reach_split(
    struct arena *arena, const char *url, const char **host, const char **port)
{
	const char *start = strstr(url, "://") + 3;
	char *authority = arena_copy(arena, start, strcspn(start, "/"));
	char *at = strrchr(authority, '@');
	char *end = NULL;

	if (at != NULL)
		authority = at + 1;
	authority[strcspn(authority, "?#")] = '\0';
	*host = authority;
	end = authority + strcspn(authority, ":");
	if (authority[0] == '[') {
		*host = authority + 1;
		end = authority + strcspn(authority, "]");
		if (*end == ']')
			*end++ = '\0';
	}
	*port = port_of(url);
	if (*end == ':') {
		*end = '\0';
		*port = end + 1;
	}
}

const char *reach(const char *host, const char *port)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	int problem = getaddrinfo(host, port, &hints, &found);

	if (problem != 0)
		return gai_strerror(problem);
	for (struct addrinfo *at = found; at != NULL; at = at->ai_next) {
		problem = connect_one(at);
		if (problem == 0)
			break;
	}
	freeaddrinfo(found);
	return problem == 0 ? NULL : strerror(problem);
}
