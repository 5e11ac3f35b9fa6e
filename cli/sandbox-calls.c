/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/sandbox.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>

/* By name, as headers and library may know fewer than the kernel has. */
static const char *const denied[] = {
	/* the network, and other processes by sockets */
	"socket", "socketpair", "connect", "bind", "listen", "accept",
	"accept4", "sendto", "sendmsg", "sendmmsg", "recvmmsg", "socketcall",
	/* programs and processes */
	"execve", "execveat", "fork", "vfork", "kill", "tkill",
	"rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_open",
	"pidfd_send_signal", "pidfd_getfd", "process_vm_readv",
	"process_vm_writev", "process_madvise", "kcmp",
	/* the tree of files and who may use it, which Landlock leaves alone */
	"mount", "umount", "umount2", "pivot_root", "chroot", "move_mount",
	"open_tree", "fsopen", "fsconfig", "fsmount", "fspick",
	"mount_setattr", "open_by_handle_at", "name_to_handle_at", "chmod",
	"fchmodat", "fchmodat2", "chown", "fchown", "fchownat", "lchown",
	"utime", "utimes", "futimesat", "utimensat", "setxattr", "lsetxattr",
	"fsetxattr", "setxattrat", "removexattr", "lremovexattr",
	"fremovexattr", "removexattrat", "mknod", "mknodat", "symlink",
	"symlinkat", "quotactl", "quotactl_fd", "swapon", "swapoff", "acct",
	"fanotify_init",
	/* identity and namespaces */
	"setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid",
	"setfsuid", "setfsgid", "setgroups", "capset", "unshare", "setns",
	"setsid", "setpgid", "personality",
	/* the kernel and the machine */
	"add_key", "request_key", "keyctl", "bpf", "perf_event_open",
	"io_uring_setup", "io_uring_enter", "io_uring_register",
	"userfaultfd", "init_module", "finit_module", "delete_module",
	"kexec_load", "kexec_file_load", "reboot", "syslog", "ioperm", "iopl",
	"modify_ldt", "settimeofday", "clock_settime", "clock_adjtime",
	"adjtimex", "stime", "sethostname", "setdomainname", "vhangup",
	"mbind", "migrate_pages", "move_pages", "lookup_dcookie",
};

/* The leak sanitizer stops all threads from a process that traces them. */
#if defined(__SANITIZE_ADDRESS__)
#define TRACES_ITSELF 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TRACES_ITSELF 1
#endif
#endif
#ifndef TRACES_ITSELF
#define TRACES_ITSELF 0
#endif

#ifdef __s390x__
enum { CLONE_FLAGS = 1 };
#else
enum { CLONE_FLAGS = 0 };
#endif

/* 0 or a negative errno, like all of libseccomp. */
static int
deny(scmp_filter_ctx filter, const char *name, int error)
{
	int number = seccomp_syscall_resolve_name(name);
	int result;

	if (number == __NR_SCMP_ERROR)
		return 0; /* of no architecture we know */
	result = seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint32_t)error),
		number, 0);
	/* EDOM: not of this architecture */
	return result == -EDOM ? 0 : result;
}

/* Threads yes, processes no. glibc asks for clone() where there is no clone3(),
 * whose flags lie in memory and cannot be looked at. */
static int
deny_processes(scmp_filter_ctx filter)
{
	int result = deny(filter, "clone3", ENOSYS);

	if (result == 0 && !TRACES_ITSELF)
		result = deny(filter, "ptrace", EPERM);
	if (result == 0 && !TRACES_ITSELF)
		result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
			SCMP_SYS(clone), 1,
			SCMP_CMP(CLONE_FLAGS, SCMP_CMP_MASKED_EQ, CLONE_THREAD,
				0));
	return result;
}

/* Text put into a terminal as if it had been typed. */
static int
deny_typing(scmp_filter_ctx filter)
{
	int result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
		SCMP_SYS(ioctl), 1,
		SCMP_CMP(1, SCMP_CMP_MASKED_EQ, 0xffffffff, TIOCSTI));

	return result != 0 ? result :
			     seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
				     SCMP_SYS(ioctl), 1,
				     SCMP_CMP(1, SCMP_CMP_MASKED_EQ, 0xffffffff,
					     TIOCLINUX));
}

int
sandbox_deny_calls(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int result = 0;

	if (filter == NULL)
		return ENOMEM;
	/* the errno of what fails, where the library can say it */
	(void)seccomp_attr_set(filter, SCMP_FLTATR_API_SYSRAWRC, 1);
	/* Kernels before 5.16 slow all down against code that spies on its own
	 * process; there is none here. */
	(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1);
	/* refused where there is no such thing; nor are there threads yet */
	(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	for (size_t i = 0; result == 0 && i < ARRAY_LEN(denied); i++)
		result = deny(filter, denied[i], EPERM);
	if (result == 0)
		result = deny_processes(filter);
	if (result == 0)
		result = deny_typing(filter);
	/* The rules are what they always are: only memory can be wanting, for
	 * which the library has several words. */
	if (result != 0)
		result = -ENOMEM;
	else
		result = seccomp_load(filter);
	seccomp_release(filter);
	return result == -EFAULT ? ENOMEM : -result;
}
