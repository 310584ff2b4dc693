/* sandbox.c - what the process may do. */
#include "sandbox.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

void sandbox_enter(void)
{
	struct rlimit none = { 0, 0 };

	umask(027);
	setrlimit(RLIMIT_CORE, &none);
#ifndef POSTERN_SANITIZED
	/* The leak check of the sanitizers traces its own process. */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

void sandbox_lock(void)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
