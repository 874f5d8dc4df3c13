// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What programs may ask of the kernel: a list of denials. A list of permissions would
 * break healthy programs with the next C library; what this one misses, the other layers
 * hold.
 *
 * The errno matters as much as the denial. ENOSYS means "an older kernel", and programs
 * fall back: clone3() to clone(), whose flags a filter can see. EPERM means "not here".
 * Killing is for calls that no healthy program makes: those of another architecture.
 */
#include "sandbox/seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <glib.h>

#include "common/autofd.h"
#include "sandbox/kernel.h"

typedef void *SeccompContext;
G_DEFINE_AUTO_CLEANUP_FREE_FUNC(SeccompContext, seccomp_release, NULL)

/*
 * System calls up to this number were looked at for this list (Linux 6.18). A newer one
 * does not exist inside. Numbers from 424 on are the same on every architecture that
 * matters.
 */
#define HIGHEST_AUDITED 469

/* Looked at, but without a name in the oldest supported libseccomp (2.5). */
#define OPEN_TREE_ATTR 467

/* Not in <linux/sched.h> before Linux 5.6; shares its bit with clone()'s exit signal. */
#define NAMESPACE_FLAGS                                                                  \
	{                                                                                \
		CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, \
			CLONE_NEWPID, CLONE_NEWNET                                       \
	}

/* Kernels before 6.2 let a terminal's reader push input into it: into the caller's shell.
 */
#define IOCTL_TIOCSTI   0x5412
#define IOCTL_TIOCLINUX 0x541C

static const char *const unknown[] = {
	/* its flags are behind a pointer, where no filter sees them */
	"clone3",
	/* does I/O and more past every filter */
	"io_uring_setup", "io_uring_enter", "io_uring_register",
	/* the root is read-only and stays */
	"mount", "umount", "umount2", "pivot_root", "open_tree", "move_mount", "fsopen",
	"fsconfig", "fsmount", "fspick", "mount_setattr"};

static const char *const forbidden[] = {
	/* no way out: neither network nor a listener nor a descriptor passed */
	"socket", "socketpair", "socketcall",
	/* other processes, the warden first */
	"ptrace", "process_vm_readv", "process_vm_writev", "process_madvise",
	"process_mrelease", "pidfd_getfd", "kcmp",
	/* what would outlive the run, for the next one to find */
	"keyctl", "add_key", "request_key", "shmget", "shmat", "shmctl", "shmdt",
	"semget", "semop", "semctl", "semtimedop", "semtimedop_time64", "msgget",
	"msgsnd", "msgrcv", "msgctl", "ipc", "mq_open", "mq_unlink", "mq_timedsend",
	"mq_timedsend_time64", "mq_timedreceive", "mq_timedreceive_time64", "mq_notify",
	"mq_getsetattr",
	/* large parts of the kernel that a backend does not need to say what it can do */
	"bpf", "perf_event_open", "userfaultfd", "fanotify_init", "modify_ldt", "vm86",
	"vm86old", "lookup_dcookie",
	/* new namespaces bring new capabilities */
	"unshare", "setns", "chroot",
	/* files by handle pass by every directory's permission */
	"name_to_handle_at", "open_by_handle_at",
	/* the whole machine; capabilities stand before these as well */
	"acct", "clock_settime", "clock_settime64", "delete_module", "finit_module",
	"init_module", "ioperm", "iopl", "kexec_file_load", "kexec_load", "nfsservctl",
	"quotactl", "quotactl_fd", "reboot", "setdomainname", "sethostname",
	"settimeofday", "stime", "swapoff", "swapon", "syslog", "uselib", "vhangup"};

/* Allowed only with this argument: a program could starve the warden, its pid 1. */
static const struct {
	const char *name;
	unsigned argument;
	uint64_t allowed;
} only_itself[] = {
	{"prlimit64", 0, 0},
	{"sched_setaffinity", 0, 0},
	{"sched_setattr", 0, 0},
	{"sched_setparam", 0, 0},
	{"sched_setscheduler", 0, 0},
	{"setpriority", 0, 0}, /* PRIO_PROCESS */
	{"setpriority", 1, 0},
	{"ioprio_set", 0, 1}, /* IOPRIO_WHO_PROCESS */
	{"ioprio_set", 1, 0},
};

/* Denies @name, when its @comparison (if any) holds, with @errnum. Returns: 0 or an errno
 * value. */
static int deny(SeccompContext context, const char *name, int errnum,
	const struct scmp_arg_cmp *comparison)
{
	int number = seccomp_syscall_resolve_name(name);
	int r;

	/* Newer than this libseccomp. All names here are older than the oldest supported
	 * one but for a few that every kernel answers by EPERM or ENOSYS without our
	 * help. */
	if (number == __NR_SCMP_ERROR)
		return 0;
	r = seccomp_rule_add_array(
		context, SCMP_ACT_ERRNO(errnum), number, comparison ? 1 : 0, comparison);
	/* EDOM: this architecture has no such call. */
	return r == -EDOM ? 0 : -r;
}

static int add_rules(SeccompContext context)
{
	static const uint64_t namespaces[] = NAMESPACE_FLAGS;
	static const uint64_t ioctls[] = {IOCTL_TIOCSTI, IOCTL_TIOCLINUX};
	int r = 0;

	for (size_t i = 0; !r && i < G_N_ELEMENTS(unknown); i++)
		r = deny(context, unknown[i], ENOSYS, NULL);
	for (size_t i = 0; !r && i < G_N_ELEMENTS(forbidden); i++)
		r = deny(context, forbidden[i], EPERM, NULL);
	for (size_t i = 0; !r && i < G_N_ELEMENTS(only_itself); i++)
		r = deny(context, only_itself[i].name, EPERM,
			&SCMP_CMP64(only_itself[i].argument, SCMP_CMP_NE,
				only_itself[i].allowed));
	for (size_t i = 0; !r && i < G_N_ELEMENTS(namespaces); i++)
		r = deny(context, "clone", EPERM,
			&SCMP_CMP64(0, SCMP_CMP_MASKED_EQ, namespaces[i], namespaces[i]));
	/* The kernel looks at 32 bits of the request; so must the filter. */
	for (size_t i = 0; !r && i < G_N_ELEMENTS(ioctls); i++)
		r = deny(context, "ioctl", EPERM,
			&SCMP_CMP64(1, SCMP_CMP_MASKED_EQ, 0xffffffff, ioctls[i]));
	return r;
}

/*
 * What libseccomp cannot say, put in front of what it compiled: numbers above the audited
 * ones do not exist. Numbers with bit 30 (x32) and those of another architecture are left
 * to libseccomp's part, which kills.
 */
static unsigned write_prefix(struct sock_filter *filter, uint32_t arch)
{
	const struct sock_filter prefix[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, arch, 0, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, HIGHEST_AUDITED, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OPEN_TREE_ATTR, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
	};

	memcpy(filter, prefix, sizeof prefix);
	return G_N_ELEMENTS(prefix);
}

int filter_compile(
	uint32_t arch, struct sock_filter *ret_filter, unsigned max, unsigned *ret_length)
{
	g_auto(SeccompContext) context = seccomp_init(SCMP_ACT_ALLOW);
	g_autofree struct sock_filter *filter = g_new(struct sock_filter, max);
	autofd fd = -1;
	unsigned length;
	ssize_t n;
	int r;

	if (!context)
		return ENOMEM;
	if (arch == 0)
		arch = seccomp_arch_native();
	if (arch != seccomp_arch_native()) {
		r = -seccomp_arch_add(context, arch);
		if (!r)
			r = -seccomp_arch_remove(context, SCMP_ARCH_NATIVE);
		if (r)
			return r;
	}
	r = -seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	/* A binary tree over the numbers instead of a chain. */
	if (!r)
		r = -seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (!r)
		r = add_rules(context);
	if (r)
		return r;
	/* libseccomp before 2.6 exports to a descriptor only. */
	fd = memfd_create("filter", MFD_CLOEXEC);
	if (fd < 0)
		return errno;
	r = -seccomp_export_bpf(context, fd);
	if (r)
		return r;
	length = write_prefix(filter, arch);
	n = pread(fd, filter + length, (max - length) * sizeof *filter, 0);
	if (n < 0)
		return errno;
	length += (unsigned)((size_t)n / sizeof *filter);
	if (length == max)
		return E2BIG;
	memcpy(ret_filter, filter, length * sizeof *filter);
	*ret_length = length;
	return 0;
}

int filter_load(const struct sock_filter *filter, unsigned length)
{
	struct sock_fprog program = {
		.len = (unsigned short)length,
		.filter = (struct sock_filter *)filter, /* the kernel only reads it */
	};

	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0 ? errno : 0;
}

int filter_canary(void)
{
	autofd fd = (int)syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0);

	if (fd >= 0)
		return EEXIST;
	return errno == EPERM ? 0 : errno;
}
