// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What programs may ask of the kernel: a list of denials. A list of permissions would
 * break healthy programs with the next C library; the other layers hold what this one
 * misses.
 *
 * The errno matters as much as the denial. ENOSYS means "an older kernel", and programs
 * fall back: clone3() to clone(), whose flags a filter can see. EPERM means "not here".
 * Killing is for calls that no healthy program makes: those of another architecture.
 */
#include "sandbox/warden/filter/rules.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <glib.h>

/* As an errno: the call succeeds, and nothing is done. */
#define NOTHING_DONE 0

#define IOCTL_TIOCSTI   0x5412
#define IOCTL_TIOCLINUX 0x541C

#ifndef PR_SCHED_CORE
#define PR_SCHED_CORE 62
#endif

/* Since Linux 5.1; the older ones are those of C libraries that do not know these. */
#ifndef SO_RCVTIMEO_NEW
#define SO_RCVTIMEO_OLD SO_RCVTIMEO
#define SO_SNDTIMEO_OLD SO_SNDTIMEO
#define SO_RCVTIMEO_NEW 66
#define SO_SNDTIMEO_NEW 67
#endif

/* Commands of fcntl() up to this one were audited, like calls (compile.c); those of Linux
 * 6.19 are leases of directories. */
#define FCNTL_HIGHEST_AUDITED F_SET_FILE_RW_HINT

/* The kernel's numbers: a C library of 32 bits gives these names to others. The last two
 * exist only there. */
#define LOCK_OF_PROCESS        6  /* F_SETLK */
#define LOCK_OF_PROCESS_WAIT   7  /* F_SETLKW */
#define LOCK_OF_PROCESS64      13 /* F_SETLK64 */
#define LOCK_OF_PROCESS64_WAIT 14 /* F_SETLKW64 */

/* A futex() of @command that is not private to the process, whatever its clock. */
#define SHARED_FUTEX(command) \
	"futex", 1, 0xffffffff & ~(uint64_t)FUTEX_CLOCK_REALTIME, FUTEX_##command, EPERM

/* Which of clone()'s arguments holds the flags; on s390 it is another one, but s390 is
 * not supported. */
#define CLONE_FLAGS_ARGUMENT 0

/*
 * Calls that 32-bit architectures have twice, since numbers in memory became wider: of
 * ids, of times, of places in files. The arguments are the same, and so are the rules.
 */
static const struct {
	const char *name, *twin;
} twins[] = {
	{"chown", "chown32"},
	{"clock_settime", "clock_settime64"},
	{"fchown", "fchown32"},
	{"fcntl", "fcntl64"},
	{"futex", "futex_time64"},
	{"lchown", "lchown32"},
	{"mmap", "mmap2"},
	{"mq_timedreceive", "mq_timedreceive_time64"},
	{"mq_timedsend", "mq_timedsend_time64"},
	{"recvmmsg", "recvmmsg_time64"},
	{"semtimedop", "semtimedop_time64"},
	{"setgroups", "setgroups32"},
	{"utimensat", "utimensat_time64"},
};

static const char *const unknown[] = {
	/* a pointer leads to its flags, where no filter sees them */
	"clone3",
	/* requests are taken from a number that the whole host shares */
	"io_setup",
	/* extended attributes: neither a read-only root nor Landlock protects all files
	 * from changes of them; cp -p believes that the file system has none */
	"setxattr", "setxattrat", "lsetxattr", "fsetxattr", "removexattr",
	"removexattrat", "lremovexattr", "fremovexattr",
	/* does I/O and more past every filter */
	"io_uring_setup", "io_uring_enter", "io_uring_register",
	/* the root is read-only and stays */
	"mount", "umount", "umount2", "pivot_root", "open_tree", "move_mount", "fsopen",
	"fsconfig", "fsmount", "fspick", "mount_setattr"};

static const char *const forbidden[] = {
	/* no way out: neither network nor a listener; of a pair of sockets see below.
	 * Behind socketcall() are all calls of sockets, and a pointer leads to their
	 * arguments: there not even a pair is possible. */
	"socket", "socketcall", "bind", "listen", "connect", "accept", "accept4",
	/* descriptors in flight are counted for the caller's id: a few programs could
	 * keep everybody of that id from passing any */
	"sendmsg", "sendmmsg",
	/* other processes, the warden first */
	"ptrace", "process_vm_readv", "process_vm_writev", "process_madvise",
	"process_mrelease", "pidfd_getfd", "kcmp",
	/* what would outlive the run, for the next one to find */
	"keyctl", "add_key", "request_key", "shmget", "shmat", "shmctl", "shmdt",
	"semget", "semop", "semctl", "semtimedop", "msgget", "msgsnd", "msgrcv", "msgctl",
	"ipc", "mq_open", "mq_unlink", "mq_timedsend", "mq_timedreceive", "mq_notify",
	"mq_getsetattr",
	/* large parts of the kernel that a backend does not need in order to say what it
	 * can do */
	"bpf", "perf_event_open", "userfaultfd", "fanotify_init", "modify_ldt", "vm86",
	"vm86old", "lookup_dcookie",
	/* instances are counted for the caller's own id */
	"inotify_init", "inotify_init1",
	/* new namespaces bring new capabilities; of unshare() see below */
	"setns", "chroot",
	/* files by handle pass by every directory's permission */
	"name_to_handle_at", "open_by_handle_at",
	/* the whole machine; these need capabilities as well */
	"acct", "clock_settime", "delete_module", "finit_module", "init_module", "ioperm",
	"iopl", "kexec_file_load", "kexec_load", "nfsservctl", "quotactl", "quotactl_fd",
	"reboot", "setdomainname", "sethostname", "settimeofday", "stime", "swapoff",
	"swapon", "syslog", "uselib", "vhangup"};

/*
 * Denied where an argument has these bits: requests that take something from the whole
 * host, or get around another rule. The masks are of 32 bits where the kernel looks at no
 * more.
 */
static const struct {
	const char *name;
	unsigned argument;
	uint64_t mask, value;
	int errnum;
} denied_bits[] = {
	{"clone", CLONE_FLAGS_ARGUMENT, CLONE_NEWNS, CLONE_NEWNS, EPERM},
	{"clone", CLONE_FLAGS_ARGUMENT, CLONE_NEWCGROUP, CLONE_NEWCGROUP, EPERM},
	{"clone", CLONE_FLAGS_ARGUMENT, CLONE_NEWUTS, CLONE_NEWUTS, EPERM},
	{"clone", CLONE_FLAGS_ARGUMENT, CLONE_NEWIPC, CLONE_NEWIPC, EPERM},
	{"clone", CLONE_FLAGS_ARGUMENT, CLONE_NEWUSER, CLONE_NEWUSER, EPERM},
	{"clone", CLONE_FLAGS_ARGUMENT, CLONE_NEWPID, CLONE_NEWPID, EPERM},
	{"clone", CLONE_FLAGS_ARGUMENT, CLONE_NEWNET, CLONE_NEWNET, EPERM},
	/* A terminal's reader pushes input into it: into the caller's shell. */
	{"ioctl", 1, 0xffffffff, IOCTL_TIOCSTI, EPERM},
	{"ioctl", 1, 0xffffffff, IOCTL_TIOCLINUX, EPERM},
	/* Everything that file systems do on request, read-only or not: attributes as
	 * with chmod, keys of encrypted directories, snapshots. Matched by the type that
	 * the commands share, since the layout of a command differs between
	 * architectures. */
	{"ioctl", 1, 0xff00, 'f' << 8, EPERM},
	{"ioctl", 1, 0xff00, 'X' << 8, EPERM},
	{"ioctl", 1, 0xff00, 'v' << 8, EPERM},
	{"ioctl", 1, 0xff00, 0x94 << 8, EPERM}, /* btrfs */
	/* Of any socket: the host's network interfaces and their addresses. */
	{"ioctl", 1, 0xff00, 0x89 << 8, EPERM},
	{"ioctl", 1, 0xff00, 0x8b << 8, EPERM},
	/* The few sockets that are left need no urgent data. */
	{"sendto", 3, MSG_OOB, MSG_OOB, EPERM},
	{"recvfrom", 3, MSG_OOB, MSG_OOB, EPERM},
	{"recvmsg", 2, MSG_OOB, MSG_OOB, EPERM},
	{"recvmmsg", 3, MSG_OOB, MSG_OOB, EPERM},
	/* Counts as a stack, which may be 8 MiB, and not as data. */
	{"mmap", 3, MAP_GROWSDOWN, MAP_GROWSDOWN, ENOMEM},
	/* Through a file that both map, even read-only, a program could move a waiting
	 * process of the host to where nobody wakes it. Threads need only private ones;
	 * where the C library once used shared ones, it manages without. */
	{SHARED_FUTEX(REQUEUE)},
	{SHARED_FUTEX(CMP_REQUEUE)},
	{SHARED_FUTEX(CMP_REQUEUE_PI)},
	{SHARED_FUTEX(WAKE_OP)},
	/* Makes the neighbour on a processor's core idle. */
	{"prctl", 0, 0xffffffff, PR_SCHED_CORE, EPERM},
	/* O_NOTIFICATION_PIPE: a large part of the kernel, as above. Older kernels give
	 * the same error. */
	{"pipe2", 1, O_EXCL, O_EXCL, EINVAL},
	/* A process that opens a leased file waits, and that may be another program's
	 * warden; and events in a directory belong to the host. */
	{"fcntl", 1, 0xffffffff, F_SETLEASE, EPERM},
	{"fcntl", 1, 0xffffffff, F_NOTIFY, EPERM},
	/* The hint stays with the host's file, read-only or not, until the kernel forgets
	 * the file. Newer kernels give the same error for another owner's file. */
	{"fcntl", 1, 0xffffffff, F_SET_RW_HINT, EPERM},
	{"fcntl", 1, 0xffffffff, F_SET_FILE_RW_HINT, EPERM},
	/* Pipes count against a limit of the caller's id. The kernel gives the same error
	 * where too little of it is left. */
	{"fcntl", 1, 0xffffffff, F_SETPIPE_SZ, EPERM},
	/* Read permission is enough to lock the host's files, and the host's programs
	 * would wait. A program that locks a file of its own does not notice. */
	{"fcntl", 1, 0xffffffff, LOCK_OF_PROCESS, NOTHING_DONE},
	{"fcntl", 1, 0xffffffff, LOCK_OF_PROCESS_WAIT, NOTHING_DONE},
	{"fcntl64", 1, 0xffffffff, LOCK_OF_PROCESS64, NOTHING_DONE},
	{"fcntl64", 1, 0xffffffff, LOCK_OF_PROCESS64_WAIT, NOTHING_DONE},
	{"fcntl", 1, 0xffffffff, F_OFD_SETLK, NOTHING_DONE},
	{"fcntl", 1, 0xffffffff, F_OFD_SETLKW, NOTHING_DONE},
	/* Huge pages are for guests. */
	{"mmap", 3, MAP_HUGETLB, MAP_HUGETLB, ENOMEM},
	{"memfd_create", 1, MFD_HUGETLB, MFD_HUGETLB, EINVAL},
	/* With a core limit of 0 instead of ours, the kernel would start its core helper.
	 */
	{"setrlimit", 0, 0xffffffff, RLIMIT_CORE, NOTHING_DONE},
	/* A program that gives up its groups: they cannot be given up, and do not count
	 * here. */
	{"setgroups", 0, 0xffffffff, 0, NOTHING_DONE},
};

/* These succeed and do nothing, whatever the arguments. */
static const char *const pretended[] = {
	/* see fcntl above */
	"flock",
	/* Locked memory is the host's, and none may be locked. What a program is asked
	 * here need not be kept out of the swap. */
	"mlock", "mlock2", "mlockall",
	/* It would write all of the host's unwritten data at once. What a program writes
	 * is gone with it anyway. */
	"sync", "syncfs"};

/*
 * Allowed only with this argument, since a program could starve the warden, or others of
 * its id. Many programs, such as all that pin their threads, name themselves by their own
 * number, which a filter cannot know: so other calls succeed and do nothing. A backend
 * needs none of this in order to say what it can do.
 */
static const struct {
	const char *name;
	unsigned argument;
	uint64_t allowed;
} only_itself[] = {
	{"sched_setaffinity", 0, 0},
	{"sched_setattr", 0, 0},
	{"sched_setparam", 0, 0},
	{"sched_setscheduler", 0, 0},
	{"setpriority", 0, 0}, /* PRIO_PROCESS */
	{"setpriority", 1, 0},
	{"ioprio_set", 0, 1}, /* IOPRIO_WHO_PROCESS */
	{"ioprio_set", 1, 0},
};

/* On i386 a pointer leads to the arguments of mmap(): it is denied as a whole, and rules
 * for arguments are those of mmap2(), which C libraries use. */
static bool has_hidden_arguments(SeccompContext context, const char *name)
{
	return seccomp_arch_exist(context, SCMP_ARCH_X86) == 0 &&
	       strcmp(name, "mmap") == 0;
}

static int deny_one(SeccompContext context, const char *name, int errnum,
	const struct scmp_arg_cmp *comparisons, unsigned n)
{
	int number = seccomp_syscall_resolve_name(name);
	int r;

	if (n > 0 && has_hidden_arguments(context, name))
		return 0;
	/* Newer than this libseccomp. The oldest supported one knows all names here,
	 * except a few that every kernel answers with EPERM or ENOSYS by itself. */
	if (number == __NR_SCMP_ERROR)
		return 0;
	r = seccomp_rule_add_array(
		context, SCMP_ACT_ERRNO(errnum), number, n, comparisons);
	/* EDOM: this architecture has no such call. */
	return r == -EDOM ? 0 : -r;
}

/* Denies @name and its twin with @errnum, where all comparisons hold. Returns: 0 or an
 * errno value. */
static int deny(SeccompContext context, const char *name, int errnum,
	const struct scmp_arg_cmp *comparisons, unsigned n)
{
	int r = deny_one(context, name, errnum, comparisons, n);

	for (size_t i = 0; !r && i < G_N_ELEMENTS(twins); i++)
		if (strcmp(name, twins[i].name) == 0)
			r = deny_one(context, twins[i].twin, errnum, comparisons, n);
	return r;
}

/* Denied where all hold. */
static int deny_several(SeccompContext context)
{
	const struct scmp_arg_cmp core =
		SCMP_CMP64(1, SCMP_CMP_MASKED_EQ, 0xffffffff, RLIMIT_CORE);
	const struct scmp_arg_cmp other = SCMP_CMP64(0, SCMP_CMP_NE, 0);
	const struct scmp_arg_cmp new_limit = SCMP_CMP64(2, SCMP_CMP_NE, 0);
	const struct {
		const char *name;
		int errnum;
		unsigned n;
		struct scmp_arg_cmp comparisons[3];
	} rows[] = {
		/* a new core limit; see denied_bits. Where the old one is asked for as
		 * well, the filter would have to make up an answer. */
		{"prlimit64", NOTHING_DONE, 3,
			{core, new_limit, SCMP_CMP64(3, SCMP_CMP_EQ, 0)}},
		{"prlimit64", EPERM, 3, {core, new_limit, SCMP_CMP64(3, SCMP_CMP_NE, 0)}},
		/* others' limits, and those of a program that names itself by its number:
		 * as only_itself. Reading them is harmless. */
		{"prlimit64", NOTHING_DONE, 3,
			{other, new_limit, SCMP_CMP64(3, SCMP_CMP_EQ, 0)}},
		{"prlimit64", EPERM, 3,
			{other, new_limit, SCMP_CMP64(3, SCMP_CMP_NE, 0)}},
		/* see FCNTL_HIGHEST_AUDITED; the upper half does not count, but no C
		 * library puts anything there */
		{"fcntl", EINVAL, 1, {SCMP_CMP64(1, SCMP_CMP_GT, FCNTL_HIGHEST_AUDITED)}},
		/* to outlive the warden */
		{"prctl", NOTHING_DONE, 2,
			{SCMP_CMP64(0, SCMP_CMP_MASKED_EQ, 0xffffffff, PR_SET_PDEATHSIG),
				SCMP_CMP64(1, SCMP_CMP_NE, SIGKILL)}},
	};
	int r = 0;

	for (size_t i = 0; !r && i < G_N_ELEMENTS(rows); i++)
		r = deny(context, rows[i].name, rows[i].errnum, rows[i].comparisons,
			rows[i].n);
	return r;
}

/*
 * What programs set on sockets in general, and so on a pair. Of the rest some is memory
 * or work of the kernel that no limit counts, and most has never been tried on a pair.
 * "pretended" has no meaning there, or would reach beyond the pair: buffers are such
 * memory, and with SO_PASSCRED a pair that sends takes a name that the host's sockets
 * cannot have meanwhile.
 */
static const struct {
	unsigned option;
	bool pretended;
} socket_options[] = {
	{SO_REUSEADDR, true},
	{SO_SNDBUF, true},
	{SO_RCVBUF, true},
	{SO_KEEPALIVE, true},
	{SO_LINGER, true},
	{SO_PASSCRED, true},
	/* How long its own calls wait; each is there twice for the sake of architectures
	 * of 32 bits. */
	{SO_RCVTIMEO_OLD, false},
	{SO_SNDTIMEO_OLD, false},
	{SO_RCVTIMEO_NEW, false},
	{SO_SNDTIMEO_NEW, false},
};

/* A power of two above all of them. */
#define SOCKET_OPTIONS_END 128

/* Whether one of those options is among @n from @first on. */
static bool has_socket_option(unsigned first, unsigned n)
{
	for (size_t i = 0; i < G_N_ELEMENTS(socket_options); i++)
		if (socket_options[i].option >= first &&
			socket_options[i].option - first < n)
			return true;
	return false;
}

/* Denies setsockopt() of a socket's own options, where @option holds. */
static int deny_option(SeccompContext context, int errnum, struct scmp_arg_cmp option)
{
	const struct scmp_arg_cmp both[] = {
		SCMP_CMP64(1, SCMP_CMP_EQ, SOL_SOCKET), option};

	return deny(context, "setsockopt", errnum, both, 2);
}

/* What lies between them is denied by the largest blocks whose numbers begin with the
 * same bits: libseccomp compares an argument only once per rule. */
static int guard_socket_options(SeccompContext context)
{
	/* As the kernel: a pair has no options of another level. */
	int r = deny(context, "setsockopt", EOPNOTSUPP,
		&SCMP_CMP64(1, SCMP_CMP_NE, SOL_SOCKET), 1);

	for (size_t i = 0; !r && i < G_N_ELEMENTS(socket_options); i++)
		if (socket_options[i].pretended)
			r = deny_option(context, NOTHING_DONE,
				SCMP_CMP64(2, SCMP_CMP_EQ, socket_options[i].option));
	for (unsigned first = 0, n; !r && first < SOCKET_OPTIONS_END; first += n) {
		n = first ? first & -first : SOCKET_OPTIONS_END;
		while (n > 1 && has_socket_option(first, n))
			n /= 2;
		if (!has_socket_option(first, n))
			r = deny_option(context, EPERM,
				SCMP_CMP64(2, SCMP_CMP_MASKED_EQ, ~(uint64_t)(n - 1),
					first));
	}
	return r ? r
		 : deny_option(context, EPERM,
			   SCMP_CMP64(2, SCMP_CMP_GE, SOCKET_OPTIONS_END));
}

/*
 * Changes of modes, owners and times of files, for rooms where a program may find files
 * of the caller's: Landlock does not check these. Where each file of the host lies on a
 * read-only mount, the kernel refuses them there, and does them in /tmp.
 */
static int guard_attributes(SeccompContext context)
{
	static const char *const modes[] = {"chmod", "fchmod", "fchmodat"};
	static const char *const others[] = {
		"chown", "fchown", "fchownat", "lchown", "utime", "utimes"};
	static const char *const times[] = {"utimensat", "futimesat"};
	int r = 0;

	/* Programs do this to files that they have made, a memory file for instance. */
	for (size_t i = 0; !r && i < G_N_ELEMENTS(modes); i++)
		r = deny(context, modes[i], NOTHING_DONE, NULL, 0);
	for (size_t i = 0; !r && i < G_N_ELEMENTS(others); i++)
		r = deny(context, others[i], EPERM, NULL, 0);
	/* Likewise for a file that it has opened. Not by name: where that succeeds, a
	 * program believes that there is such a file. */
	for (size_t i = 0; !r && i < G_N_ELEMENTS(times); i++) {
		r = deny(context, times[i], NOTHING_DONE, &SCMP_CMP64(1, SCMP_CMP_EQ, 0),
			1);
		if (!r)
			r = deny(context, times[i], EPERM, &SCMP_CMP64(1, SCMP_CMP_NE, 0),
				1);
	}
	return r;
}

/* The lowest and the highest of what a thread may stop sharing. */
#define LOWEST_UNSHARED CLONE_FS
#define ALL_UNSHARED    (CLONE_FS | CLONE_FILES)

/* Threads that change their directory, as virtiofsd's do, no longer share it with the
 * others, nor their descriptors: copies of their own, as after fork(). Everything else is
 * a namespace, some of which have numbers below these, or is of no use. */
static int allow_own_copies(SeccompContext context)
{
	int r = deny(
		context, "unshare", EPERM, &SCMP_CMP64(0, SCMP_CMP_GT, ALL_UNSHARED), 1);

	_Static_assert(ALL_UNSHARED == 3 * LOWEST_UNSHARED, "nothing lies between them");
	for (unsigned bit = 1; !r && bit < LOWEST_UNSHARED; bit <<= 1)
		r = deny(context, "unshare", EPERM,
			&SCMP_CMP64(0, SCMP_CMP_MASKED_EQ, bit, bit), 1);
	return r;
}

#define TYPE_MASK 0xf /* of a socket's type, flags left out */

/* The only sockets are pairs of streams: event loops wake themselves by one. Datagram
 * sockets could send to others by name. */
static int allow_pairs_of_streams(SeccompContext context)
{
	int r = deny(
		context, "socketpair", EPERM, &SCMP_CMP64(0, SCMP_CMP_NE, AF_UNIX), 1);

	for (unsigned type = 0; !r && type <= TYPE_MASK; type++)
		if (type != SOCK_STREAM && type != SOCK_SEQPACKET)
			r = deny(context, "socketpair", EPERM,
				&SCMP_CMP64(1, SCMP_CMP_MASKED_EQ, TYPE_MASK, type), 1);
	return r;
}

int filter_add_rules(SeccompContext context, FilterKind kind)
{
	int r = 0;

	for (size_t i = 0; !r && i < G_N_ELEMENTS(unknown); i++)
		r = deny(context, unknown[i], ENOSYS, NULL, 0);
	for (size_t i = 0; !r && i < G_N_ELEMENTS(forbidden); i++)
		r = deny(context, forbidden[i], EPERM, NULL, 0);
	for (size_t i = 0; !r && i < G_N_ELEMENTS(only_itself); i++)
		r = deny(context, only_itself[i].name, NOTHING_DONE,
			&SCMP_CMP64(only_itself[i].argument, SCMP_CMP_NE,
				only_itself[i].allowed),
			1);
	for (size_t i = 0; !r && i < G_N_ELEMENTS(pretended); i++)
		r = deny(context, pretended[i], NOTHING_DONE, NULL, 0);
	for (size_t i = 0; !r && i < G_N_ELEMENTS(denied_bits); i++)
		r = deny(context, denied_bits[i].name, denied_bits[i].errnum,
			&SCMP_CMP64(denied_bits[i].argument, SCMP_CMP_MASKED_EQ,
				denied_bits[i].mask, denied_bits[i].value),
			1);
	if (!r && has_hidden_arguments(context, "mmap"))
		r = deny_one(context, "mmap", ENOSYS, NULL, 0);
	if (!r)
		r = deny_several(context);
	if (!r && kind == FILTER_HOST_ROOT)
		r = guard_attributes(context);
	if (!r)
		r = allow_own_copies(context);
	if (!r)
		r = allow_pairs_of_streams(context);
	return r ? r : guard_socket_options(context);
}
