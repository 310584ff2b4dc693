/* sandbox.c - what the process may do. */
#include "sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Files that are open. A program here has about ten; mod_fcgid leaves some of
 * its own in each. */
#define FILES_MAX 1024

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/* The calls of the kernel that are refused, with EPERM. */
static const unsigned short refused[] = {
#ifndef POSTERN_SANITIZED
	/* The leak check of the sanitizers traces its own process. */
	SYS_ptrace, SYS_clone, SYS_clone3,
#ifdef SYS_fork
	SYS_fork, SYS_vfork,
#endif
#endif
	/* another program; another process's memory and files */
	SYS_execve, SYS_execveat, SYS_process_vm_readv, SYS_process_vm_writev,
	SYS_pidfd_getfd,
	/* a server of its own; a system of its own, in which it is root */
	SYS_listen, SYS_unshare, SYS_setns, SYS_mount, SYS_umount2,
	SYS_pivot_root, SYS_chroot,
	/* what kernels have been broken through */
	SYS_bpf, SYS_io_uring_setup, SYS_userfaultfd, SYS_perf_event_open,
	SYS_init_module, SYS_finit_module, SYS_kexec_load
};

static bool is_locked;

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

/*
 * Of files it may from now on read any and write or make regular ones; it starts
 * none, makes no others and removes none. There is no rule that allows more, so
 * that no path has to be known (landlock(7)).
 */
static void close_files(void)
{
	struct landlock_ruleset_attr attributes = {
		.handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE |
		    LANDLOCK_ACCESS_FS_REMOVE_DIR |
		    LANDLOCK_ACCESS_FS_REMOVE_FILE |
		    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
		    LANDLOCK_ACCESS_FS_MAKE_SOCK |
		    LANDLOCK_ACCESS_FS_MAKE_FIFO |
		    LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM,
	};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &attributes,
	    sizeof attributes.handled_access_fs, 0);

	if (rules < 0)
		return;
	syscall(SYS_landlock_restrict_self, rules, 0);
	close(rules);
}

#ifdef ARCHITECTURE
#define COUNT (sizeof refused / sizeof refused[0])
#define REFUSE (SECCOMP_RET_ERRNO | EPERM)
#define X32 0x40000000 /* x86_64's calls once more, by other numbers */

static struct sock_filter load(size_t offset)
{
	return (struct sock_filter){ BPF_LD | BPF_W | BPF_ABS, 0, 0,
		(uint32_t)offset };
}

/* Goes on behind `yes` or `no` more instructions. */
static struct sock_filter jump(
    unsigned short test, uint32_t value, size_t yes, size_t no)
{
	return (struct sock_filter){ (unsigned short)(BPF_JMP | BPF_K | test),
		(unsigned char)yes, (unsigned char)no, value };
}

static struct sock_filter answer(uint32_t value)
{
	return (struct sock_filter){ BPF_RET | BPF_K, 0, 0, value };
}

/* seccomp(2); what is refused is an error of the call, not the end. */
static void close_calls(void)
{
	struct sock_filter filter[COUNT + 6];
	struct sock_fprog program = { 0, filter };

	filter[program.len++] = load(offsetof(struct seccomp_data, arch));
	filter[program.len++] = jump(BPF_JEQ, ARCHITECTURE, 0, COUNT + 3);
	filter[program.len++] = load(offsetof(struct seccomp_data, nr));
	filter[program.len++] = jump(BPF_JGE, X32, COUNT + 1, 0);
	for (size_t i = 0; i < COUNT; i++)
		filter[program.len++] = jump(BPF_JEQ, refused[i], COUNT - i, 0);
	filter[program.len++] = answer(SECCOMP_RET_ALLOW);
	filter[program.len++] = answer(REFUSE);
	syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}
#else
static void close_calls(void)
{
}
#endif

void sandbox_lock(void)
{
	struct rlimit files = { FILES_MAX, FILES_MAX };

	if (is_locked)
		return;
	is_locked = true;
	setrlimit(RLIMIT_NOFILE, &files);
#ifndef POSTERN_SANITIZED
	setrlimit(RLIMIT_NPROC, &(struct rlimit){ 0, 0 });
#endif
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	close_files();
	close_calls();
}

bool sandbox_is_locked(void)
{
	return is_locked;
}
