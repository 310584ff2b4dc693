/* sendmail.c - a letter to sendmail(8), without a shell. */
#include "delivery.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

#define GLANCE_MS 10L

/*
 * Starts the program with `input` as its standard input, in a process group
 * of its own: a signal from the terminal is for us, and what it has started
 * itself can be ended with it.
 */
static int start(struct arena *arena, const struct config *config,
    const struct parcel *parcel, int input, pid_t *child)
{
	char *const argv[] = { arena_string(arena, config->sendmail), "-i",
		"-f", arena_string(arena, parcel->from), "--",
		arena_string(arena, parcel->to), NULL };
	const char *home = getenv("HOME");
	/* Not ours: it may hold the password of the database. */
	char *const environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
		arena_printf(arena, "HOME=%s", home != NULL ? home : "/"),
		NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t signals;
	int wrong = 0;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
	posix_spawn_file_actions_addopen(
	    &files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes,
	    POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
		POSIX_SPAWN_SETSIGMASK);
	sigemptyset(&signals);
	posix_spawnattr_setsigmask(&attributes, &signals);
	sigaddset(&signals, SIGPIPE);
	posix_spawnattr_setsigdefault(&attributes, &signals);
	wrong =
	    posix_spawn(child, argv[0], &files, &attributes, argv, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return wrong;
}

/*
 * A program that does not want the rest says why by its exit status.
 * Returns false when the time is over.
 */
static bool feed(int output, const struct parcel *parcel, int64_t deadline)
{
	size_t done = 0;

	while (done < parcel->size && clock_milliseconds() < deadline) {
		struct pollfd poller = { output, POLLOUT, 0 };
		ssize_t written =
		    write(output, parcel->text + done, parcel->size - done);

		if (written > 0)
			done += (size_t)written;
		else if (errno == EAGAIN)
			poll(&poller, 1, (int)GLANCE_MS);
		else if (errno != EINTR)
			return true;
	}
	return done == parcel->size;
}

/* Returns false when the time is over; then the group is ended. */
static bool wait_for(pid_t child, int64_t deadline, int *status)
{
	const struct timespec glance = { 0, GLANCE_MS * 1000000 };

	for (;;) {
		pid_t ended = waitpid(child, status, WNOHANG);

		if (ended == child || (ended < 0 && errno != EINTR))
			return ended == child;
		if (clock_milliseconds() >= deadline)
			break;
		nanosleep(&glance, NULL);
	}
	kill(-child, SIGKILL);
	while (waitpid(child, status, 0) < 0 && errno == EINTR)
		;
	return false;
}

static enum delivery judge(
    struct arena *arena, int status, const char **problem)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;

	if (code == EX_OK)
		return DELIVERED;
	*problem = code >= 0
	    ? arena_printf(arena, "sendmail: ended with status %d", code)
	    : arena_printf(
		  arena, "sendmail: ended by signal %d", WTERMSIG(status));
	return code == EX_DATAERR || code == EX_NOUSER || code == EX_NOHOST
	    ? DELIVERY_REFUSED
	    : DELIVER_LATER;
}

enum delivery sendmail_send(struct arena *arena, const struct config *config,
    const struct parcel *parcel, const char **problem)
{
	int64_t deadline =
	    clock_milliseconds() + INT64_C(1000) * DELIVERY_SECONDS;
	int ends[2] = { -1, -1 };
	int status = 0, wrong = 0;
	pid_t child = -1;

	if (pipe2(ends, O_CLOEXEC) != 0) {
		*problem = "sendmail: there is no pipe to it";
		return DELIVER_LATER;
	}
	wrong = start(arena, config, parcel, ends[0], &child);
	close(ends[0]);
	if (wrong == 0) {
		fcntl(ends[1], F_SETFL, O_NONBLOCK);
		/* It must not see the end of half a letter. */
		if (!feed(ends[1], parcel, deadline))
			kill(-child, SIGKILL);
	}
	close(ends[1]);
	if (wrong != 0) {
		*problem = arena_printf(arena, "sendmail: %s: %s",
		    config->sendmail, strerror(wrong));
		return DELIVER_LATER;
	}
	if (!wait_for(child, deadline, &status)) {
		*problem = "sendmail: took too long";
		return DELIVER_LATER;
	}
	return judge(arena, status, problem);
}
