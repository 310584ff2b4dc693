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
