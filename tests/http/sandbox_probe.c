/*
 * sandbox_probe.c - tries what an endpoint may and may not, in the folder that
 * it is given: a line for each, with the error's name. `locked` before the
 * folder: as an endpoint does it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netdb.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox.h"

static void said(const char *what, long result)
{
	printf("%s %s\n", what, result >= 0 ? "done" : strerrorname_np(errno));
	fflush(stdout);
}

static long start_program(void)
{
	char *const none[] = { NULL };
	long result = execve("no-program", none, none);

	/* The kernel knows no such format: it would have started it. */
	return errno == ENOEXEC ? 0 : result;
}

static long start_process(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	if (child > 0)
		waitpid(child, NULL, 0);
	return child;
}

static long read_process(void)
{
	char from = 'x', to = 0;
	struct iovec here = { &to, 1 }, there = { &from, 1 };

	return process_vm_readv(getpid(), &here, 1, &there, 1, 0);
}

static long make_socket(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX,
		.sun_path = "socket" };
	int peer = socket(AF_UNIX, SOCK_STREAM, 0);
	long result = bind(peer, (struct sockaddr *)&address, sizeof address);

	close(peer);
	return result;
}

static long serve(void)
{
	int peer = socket(AF_INET, SOCK_STREAM, 0);
	long result = listen(peer, 1);

	close(peer);
	return result;
}

static long resolve(void)
{
	struct addrinfo *found = NULL;
	int wrong = getaddrinfo("localhost", "1", NULL, &found);

	if (wrong == 0)
		freeaddrinfo(found);
	return -wrong;
}

static long open_file(const char *path, int how)
{
	int file = open(path, how, 0600);

	if (file >= 0)
		close(file);
	return file;
}

int main(int argc, char **argv)
{
	struct rlimit files = { 0 }, core = { 0 }, processes = { 0 };

	if (chdir(argv[argc - 1]) != 0)
		return 1;
	if (strcmp(argv[1], "locked") == 0) {
		sandbox_enter();
		sandbox_lock();
	}
	said("landlock",
	    syscall(SYS_landlock_create_ruleset, NULL, 0,
		LANDLOCK_CREATE_RULESET_VERSION));
	said("start program", start_program());
	said("start process", start_process());
	said("read process", read_process());
	said("serve", serve());
	said("unshare", unshare(CLONE_FILES));
	said("make folder", mkdir("folder", 0700));
	said("remove folder", rmdir("old-folder"));
	said("make link", symlink("x", "link"));
	said("make pipe", mkfifo("pipe", 0600));
	said("make socket", make_socket());
	said("remove file", unlink("old-file"));
	said("rename file", rename("log", "log.1"));
	said("make file", open_file("new-file", O_WRONLY | O_CREAT));
	said("write file", open_file("written", O_WRONLY | O_APPEND));
	said("read file", open_file("/etc/passwd", O_RDONLY));
	said("read folder", open_file(".", O_RDONLY | O_DIRECTORY));
	said("resolve", resolve());
	said("trace", ptrace(PTRACE_TRACEME, 0, NULL, NULL));
	getrlimit(RLIMIT_NOFILE, &files);
	getrlimit(RLIMIT_CORE, &core);
	getrlimit(RLIMIT_NPROC, &processes);
	printf("files %llu\ncore %llu\nprocesses %llu\nprivileges %d\n",
	    (unsigned long long)files.rlim_max,
	    (unsigned long long)core.rlim_max,
	    (unsigned long long)processes.rlim_max,
	    prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	return 0;
}
