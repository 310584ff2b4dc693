/* courier.c - letters that leave without a worker: mail_delivery = spawn. */
#include "courier.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

#define INSTALLED "/usr/local/bin/postern"

static bool is_program(const char *path)
{
	struct stat status = { 0 };

	return stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
	    access(path, X_OK) == 0;
}

/* Configured, or where make and make install put it, seen from here. */
static const char *operator_of(const struct request *request)
{
	static const char *const places[] = { "../postern",
		"../../bin/postern" };
	char own[4096];
	ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);

	if (request->config->mail_command[0] != '\0')
		return request->config->mail_command;
	if (length <= 0)
		return INSTALLED;
	own[length] = '\0';
	*strrchr(own, '/') = '\0';
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		const char *path =
		    arena_printf(request->arena, "%s/%s", own, places[i]);

		if (is_program(path))
			return path;
	}
	return INSTALLED;
}

/* Whether CGI has set the variable for this request (RFC 3875 section 4.1). */
static bool is_of_request(const char *variable)
{
	static const char *const names[] = { "HTTP_", "REDIRECT_", "AUTH_",
		"CONTENT_", "GATEWAY_", "PATH_", "QUERY_", "REMOTE_",
		"REQUEST_", "SCRIPT_", "SERVER_" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strncmp(variable, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

static char **environment_of(struct arena *arena)
{
	size_t count = 0, kept = 0;
	char **variables = NULL;

	while (environ[count] != NULL)
		count++;
	variables = arena_alloc(arena, (count + 1) * sizeof *variables);
	for (size_t i = 0; i < count; i++)
		if (!is_of_request(environ[i]))
			variables[kept++] = environ[i];
	return variables;
}

/* A web server waits for the end of what it reads: standard error stays only
 * where it is a file. */
static void set_files(posix_spawn_file_actions_t *files)
{
	struct stat status = { 0 };

	posix_spawn_file_actions_init(files);
	posix_spawn_file_actions_addopen(
	    files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(
	    files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (fstat(STDERR_FILENO, &status) != 0 || !S_ISREG(status.st_mode))
		posix_spawn_file_actions_addopen(
		    files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	/* mod_fcgid leaves pipes of its own open in what it starts. */
	posix_spawn_file_actions_addclosefrom_np(files, STDERR_FILENO + 1);
}

/* No signal is blocked or ignored because it is here. */
static void set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t signals;

	posix_spawnattr_init(attributes);
	posix_spawnattr_setflags(attributes,
	    POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF |
		POSIX_SPAWN_SETSIGMASK);
	sigemptyset(&signals);
	posix_spawnattr_setsigmask(attributes, &signals);
	sigaddset(&signals, SIGPIPE);
	sigaddset(&signals, SIGCHLD);
	posix_spawnattr_setsigdefault(attributes, &signals);
}

static void start(const struct request *request)
{
	struct arena *arena = request->arena;
	const char *program = operator_of(request);
	char *const argv[] = { arena_string(arena, program),
		arena_string(arena, "mail"), arena_string(arena, "run"),
		arena_string(arena, "--once"),
		arena_string(arena, "--detached"),
		arena_string(arena, "--config"),
		arena_string(arena, request->config->path), NULL };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	pid_t child = -1;
	int wrong = 0;

	/* Nobody waits for it: it is to leave nothing behind. */
	sigaction(SIGCHLD, &ignore, NULL);
	set_files(&files);
	set_attributes(&attributes);
	wrong = posix_spawn(
	    &child, program, &files, &attributes, argv, environment_of(arena));
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	if (wrong != 0)
		log_error(
		    "mail: %s cannot be started: %s", program, strerror(wrong));
}

void courier_call(struct request *request)
{
	if (request->config->mail_delivery == DELIVERY_SPAWN)
		request->after = start;
}
