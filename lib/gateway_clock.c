/* gateway_clock.c - the time of a FastCGI request, and when the process ends. */
#include "gateway_clock.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "log.h"

#define NOBODY (-1)
#define TICKS 4 /* a second */
/* The peer is let go after the request's time, for the answer is written when
 * that is over; reading ends one second before it, for the database. */
#define ANSWER 2
#define RESERVE (ANSWER + TICKS)

/*
 * What the signal handlers see. A blocking read inside libfcgi can only be
 * ended from outside: the handler of the clock shuts the connection down, and
 * the read finds its end.
 */
static volatile sig_atomic_t is_stopping;
static volatile sig_atomic_t watched = NOBODY; /* the peer's descriptor */
static volatile sig_atomic_t ticks_left;
static volatile sig_atomic_t is_ticking;
static timer_t ticker;

static void tick_every(long nanoseconds)
{
	struct itimerspec every = { { 0, nanoseconds }, { 0, nanoseconds } };

	timer_settime(ticker, 0, &every, NULL);
}

static void on_stop(int number)
{
	(void)number;
	is_stopping = 1;
}

static void on_tick(int number)
{
	int saved = errno;

	(void)number;
	if (watched == NOBODY) {
		is_ticking = 0;
		tick_every(0);
	} else if (--ticks_left <= 0) {
		shutdown(watched, SHUT_RDWR);
	} else if (ticks_left == RESERVE) {
		shutdown(watched, SHUT_RD);
	}
	errno = saved;
}

/* The clock goes on ticking from one request to the next, so that a busy
 * process sets it once. */
void gateway_clock_watch(int connection, int64_t time_limit)
{
	/* the first tick may come at once: one more keeps the limit whole */
	ticks_left = (sig_atomic_t)time_limit * TICKS + ANSWER + 1;
	watched = connection;
	if (!is_ticking) {
		is_ticking = 1;
		tick_every(1000000000 / TICKS);
	}
}

void gateway_clock_release(void)
{
	watched = NOBODY;
}

bool gateway_clock_is_late(void)
{
	return ticks_left <= RESERVE;
}

bool gateway_clock_is_stopping(void)
{
	return is_stopping != 0;
}

static void take_signals(sigset_t *waiting)
{
	static const int stopping[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1 };
	struct sigaction stop = { .sa_handler = on_stop };
	struct sigaction tick = { .sa_handler = on_tick,
		.sa_flags = SA_RESTART };
	sigset_t blocked;

	sigemptyset(&blocked);
	for (size_t i = 0; i < sizeof stopping / sizeof stopping[0]; i++) {
		sigaddset(&blocked, stopping[i]);
		sigaction(stopping[i], &stop, NULL);
	}
	sigaction(SIGALRM, &tick, NULL);
	/* They are let in while waiting only: a request is always finished. */
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	sigprocmask(SIG_SETMASK, NULL, waiting);
	for (size_t i = 0; i < sizeof stopping / sizeof stopping[0]; i++)
		sigdelset(waiting, stopping[i]);
	sigdelset(waiting, SIGALRM);
	/* Whoever started the process may have blocked its clock. */
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &blocked, NULL);
}

void gateway_clock_open(sigset_t *waiting)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = SIGALRM };

	take_signals(waiting);
	if (timer_create(CLOCK_MONOTONIC, &event, &ticker) != 0)
		log_fatal("timer: %s", strerror(errno));
}

void gateway_clock_close(void)
{
	timer_delete(ticker);
}
