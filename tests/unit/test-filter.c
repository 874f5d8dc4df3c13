// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The system call filter's decisions, by running its program in a small interpreter. It
 * is the filter that would be loaded; nothing is loaded here.
 */
#include "sandbox/warden/filter/rules.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <glib.h>
#include <linux/audit.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <seccomp.h>

#include "sandbox/warden/filter.h"

/* The subset of classic BPF that the kernel allows here and compilers use. */
static uint32_t decide(const struct sock_filter *filter, unsigned length,
	const struct seccomp_data *data)
{
	uint32_t a = 0, x = 0, memory[BPF_MEMWORDS] = {0};

	for (unsigned pc = 0; pc < length; pc++) {
		const struct sock_filter *i = &filter[pc];
		uint32_t operand = BPF_SRC(i->code) == BPF_X ? x : i->k;

		switch (i->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			g_assert_cmpuint(i->k, <=, sizeof *data - 4);
			a = *(const uint32_t *)((const char *)data + i->k);
			break;
		case BPF_LD | BPF_MEM:
			a = memory[i->k];
			break;
		case BPF_ST:
			memory[i->k] = a;
			break;
		case BPF_MISC | BPF_TAX:
			x = a;
			break;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= i->k;
			break;
		case BPF_JMP | BPF_JA:
			pc += i->k;
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			pc += a == operand ? i->jt : i->jf;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			pc += a > operand ? i->jt : i->jf;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			pc += a >= operand ? i->jt : i->jf;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			pc += a & operand ? i->jt : i->jf;
			break;
		case BPF_RET | BPF_K:
			return i->k;
		default:
			g_error("instruction %u: code 0x%x", pc, i->code);
		}
	}
	g_error("the filter does not return");
}

/* ---- every number ---- */

#define NUMBERS 1024

/* What can be answered to a number, whatever the arguments: a set of these. */
enum {
	CAN_ALLOW = 1,
	CAN_EPERM = 2,
	CAN_ENOSYS = 4,
	CAN_ENOMEM = 8,
	CAN_EINVAL = 16,
	CAN_KILL = 32,
	CAN_PRETEND = 64,
	CAN_EOPNOTSUPP = 128
};

static const struct {
	unsigned bit;
	uint32_t action;
	const char *name;
} answers[] = {
	{CAN_ALLOW, SECCOMP_RET_ALLOW, "allow"},
	{CAN_PRETEND, SECCOMP_RET_ERRNO, "nothing"},
	{CAN_EPERM, SECCOMP_RET_ERRNO | EPERM, "EPERM"},
	{CAN_ENOSYS, SECCOMP_RET_ERRNO | ENOSYS, "ENOSYS"},
	{CAN_ENOMEM, SECCOMP_RET_ERRNO | ENOMEM, "ENOMEM"},
	{CAN_EINVAL, SECCOMP_RET_ERRNO | EINVAL, "EINVAL"},
	{CAN_EOPNOTSUPP, SECCOMP_RET_ERRNO | EOPNOTSUPP, "EOPNOTSUPP"},
	{CAN_KILL, SECCOMP_RET_KILL_PROCESS, "kill"},
};

static unsigned answer_bit(uint32_t action)
{
	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++)
		if (answers[i].action == action)
			return answers[i].bit;
	g_error("answer 0x%x", action);
}

/* As decide(), but where an argument is asked for, both ways are gone: all that the
 * filter can answer from @pc on. */
static unsigned explore(const struct sock_filter *filter, unsigned length, unsigned pc,
	const struct seccomp_data *data, uint32_t a, bool known)
{
	for (; pc < length; pc++) {
		const struct sock_filter *i = &filter[pc];
		bool jump;

		switch (i->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			known = i->k < offsetof(struct seccomp_data, args);
			a = *(const uint32_t *)((const char *)data + i->k);
			continue;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= i->k;
			continue;
		case BPF_JMP | BPF_JA:
			pc += i->k;
			continue;
		case BPF_RET | BPF_K:
			return answer_bit(i->k);
		case BPF_JMP | BPF_JEQ | BPF_K:
			jump = a == i->k;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			jump = a > i->k;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			jump = a >= i->k;
			break;
		default:
			g_error("instruction %u: code 0x%x", pc, i->code);
		}
		if (!known)
			return explore(filter, length, pc + 1 + i->jt, data, a, known) |
			       explore(filter, length, pc + 1 + i->jf, data, a, known);
		pc += jump ? i->jt : i->jf;
	}
	g_error("the filter does not return");
}

static char *describe_answers(unsigned bits)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++)
		if (bits & answers[i].bit)
			g_ptr_array_add(names, (gpointer)answers[i].name);
	g_ptr_array_add(names, NULL);
	return g_strjoinv("|", (char **)names->pdata);
}

static char *explore_number(uint32_t arch, FilterKind kind, int number)
{
	static struct {
		struct sock_filter filter[FILTER_MAX];
		unsigned length;
		uint32_t arch;
	} compiled[2];
	struct seccomp_data data = {.arch = arch, .nr = number};

	if (compiled[kind].arch != arch)
		g_assert_cmpint(filter_compile(arch, kind, compiled[kind].filter,
					FILTER_MAX, &compiled[kind].length),
			==, 0);
	compiled[kind].arch = arch;
	return describe_answers(
		explore(compiled[kind].filter, compiled[kind].length, 0, &data, 0, true));
}

/* Returns: what can be answered to each number, NUMBERS strings; after a slash, if it is
 * different, the answer in a root of the room's own. */
static char **decide_all(const char *arch_name)
{
	uint32_t arch = seccomp_arch_resolve_name(arch_name);
	char **decisions = g_new0(char *, NUMBERS + 1);

	for (int number = 0; number < NUMBERS; number++) {
		g_autofree char *host = explore_number(arch, FILTER_HOST_ROOT, number);
		g_autofree char *own = explore_number(arch, FILTER_OWN_ROOT, number);

		decisions[number] = g_str_equal(host, own)
					    ? g_steal_pointer(&host)
					    : g_strjoin("/", host, own, NULL);
	}
	return decisions;
}

/* For tests/fixtures: one line per number, or one line for several without a name. */
static void print_list(const char *arch_name)
{
	uint32_t arch = seccomp_arch_resolve_name(arch_name);
	g_auto(GStrv) decisions = decide_all(arch_name);

	g_print("# The filter's answers on %s, whatever the arguments are. The names are "
		"for\n"
		"# people. Behind a slash: where the room has a root of its own. "
		"HACKING.md "
		"tells how\n"
		"# this list is renewed.\n",
		arch_name);
	for (int number = 0; number < NUMBERS;) {
		char *name = seccomp_syscall_resolve_num_arch(arch, number);
		int last = number;

		while (!name && last + 1 < NUMBERS &&
			g_str_equal(decisions[last + 1], decisions[number]) &&
			!(name = seccomp_syscall_resolve_num_arch(arch, last + 1)))
			last++;
		if (last > number)
			g_print("%d-%d %s\n", number, last, decisions[number]);
		else
			g_print("%d %s%s%s\n", number, decisions[number], name ? " " : "",
				name ? name : "");
		free(name);
		number = last + 1;
	}
}

/* The decisions of the committed list, NUMBERS strings. */
static char **read_list(const char *arch_name)
{
	g_autofree char *file = g_strdup_printf("filter-%s.txt", arch_name);
	g_autofree char *path =
		g_build_filename(g_getenv("STAGE"), "fixtures", file, NULL);
	char **decisions = g_new0(char *, NUMBERS + 1);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	g_autoptr(GError) error = NULL;

	g_file_get_contents(path, &text, NULL, &error);
	g_assert_no_error(error);
	lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++) {
		g_auto(GStrv) words = g_strsplit(*line, " ", 3);
		long first, last;
		char *end;

		if (!**line || **line == '#')
			continue;
		first = last = strtol(words[0], &end, 10);
		if (*end == '-')
			last = strtol(end + 1, &end, 10);
		g_assert_true(*end == '\0' && first >= 0 && last < NUMBERS);
		for (long number = first; number <= last; number++) {
			g_assert_null(decisions[number]);
			decisions[number] = g_strdup(words[1]);
		}
	}
	return decisions;
}

static void test_list(const void *data)
{
	const char *arch_name = data;
	g_auto(GStrv) found = decide_all(arch_name);
	g_auto(GStrv) wanted = read_list(arch_name);

	for (int number = 0; number < NUMBERS; number++) {
		if (g_strcmp0(found[number], wanted[number]) == 0)
			continue;
		g_test_message("%s, number %d: %s, but the list says %s", arch_name,
			number, found[number], wanted[number]);
		g_test_fail();
	}
}

/* ---- with arguments ---- */

#define PRETENDED (-1) /* answered, and nothing done */

static const struct {
	const char *name;
	uint64_t arguments[4];
	int errnum; /* 0: allowed */
} cases[] = {
	{"read", {0}, 0},
	{"execveat", {0}, 0},
	{"wait4", {0}, 0},
	{"futex", {0}, 0},
	{"futex", {0, FUTEX_WAKE}, 0}, /* of a process-shared lock, and by the kernel's */
	{"futex", {0, FUTEX_LOCK_PI}, 0},
	{"futex", {0, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME}, 0},
	{"futex", {0, FUTEX_REQUEUE}, EPERM},
	{"futex", {0, FUTEX_CMP_REQUEUE}, EPERM},
	{"futex", {0, FUTEX_CMP_REQUEUE | FUTEX_CLOCK_REALTIME}, EPERM},
	{"futex", {0, 0x8000000000000000 | FUTEX_CMP_REQUEUE}, EPERM},
	{"futex", {0, FUTEX_CMP_REQUEUE_PI}, EPERM},
	{"futex", {0, FUTEX_WAKE_OP}, EPERM},
	{"futex", {0, FUTEX_REQUEUE | FUTEX_PRIVATE_FLAG}, 0},
	{"futex", {0, FUTEX_CMP_REQUEUE | FUTEX_PRIVATE_FLAG}, 0},
	{"futex", {0, FUTEX_CMP_REQUEUE_PI | FUTEX_PRIVATE_FLAG}, 0},
	{"futex", {0, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG}, 0},
	{"get_mempolicy", {0}, 0},
	{"fchmod", {0}, PRETENDED},
	{"fchmodat", {0}, PRETENDED},
	{"utimensat", {3, 0}, PRETENDED}, /* an open file */
	{"utimensat", {3, 0x1000}, EPERM},
	{"utimensat", {0xffffff9c, 0x100000000}, EPERM},
	{"fchownat", {0}, EPERM},
	{"setxattr", {0}, ENOSYS},
	{"prctl", {15}, 0}, /* PR_SET_NAME */
	{"prctl", {PR_SET_PDEATHSIG, SIGKILL}, 0},
	{"prctl", {PR_SET_PDEATHSIG, 0}, PRETENDED},
	{"prctl", {0xffffffff00000000 | PR_SET_PDEATHSIG, SIGTERM}, PRETENDED},
	{"prctl", {62}, EPERM}, /* PR_SCHED_CORE */
	{"clone3", {0}, ENOSYS},
	{"io_uring_setup", {0}, ENOSYS},
	{"mount", {0}, ENOSYS},
	{"mount_setattr", {0}, ENOSYS},
	{"pivot_root", {0}, ENOSYS},
	{"socket", {1, 1}, EPERM},
	{"socketpair", {1, 1}, 0},
	{"socketpair", {1, 5}, 0},
	{"socketpair", {1, 5 | SOCK_CLOEXEC | SOCK_NONBLOCK}, 0},
	{"socketpair", {1, 2}, EPERM},
	{"socketpair", {1, 2 | SOCK_CLOEXEC}, EPERM},
	{"socketpair", {1, 3}, EPERM},
	{"socketpair", {1, 0}, EPERM},
	{"socketpair", {1, 8 | 1}, EPERM},
	{"socketpair", {2, 1}, EPERM},
	{"socketpair", {0x100000001, 1}, EPERM},
	{"bind", {0}, EPERM},
	{"listen", {0}, EPERM},
	{"connect", {0}, EPERM},
	{"accept4", {0}, EPERM},
	{"setsockopt", {3, SOL_SOCKET, SO_SNDBUF}, PRETENDED},
	{"setsockopt", {3, SOL_SOCKET, SO_RCVBUF}, PRETENDED},
	{"sendmsg", {3}, EPERM},
	{"sendmmsg", {3}, EPERM},
	{"sendto", {3, 0, 1, MSG_NOSIGNAL}, 0},
	{"sendto", {3, 0, 1, MSG_OOB | MSG_NOSIGNAL}, EPERM},
	{"recvfrom", {3, 0, 1, MSG_OOB}, EPERM},
	{"recvmsg", {3, 0, MSG_OOB}, EPERM},
	{"recvmsg", {3, 0, 0}, 0},
	{"setsockopt", {3, SOL_SOCKET, SO_REUSEADDR}, PRETENDED},
	{"setsockopt", {3, SOL_SOCKET, SO_KEEPALIVE}, PRETENDED},
	{"setsockopt", {3, SOL_SOCKET, SO_LINGER}, PRETENDED},
	{"setsockopt", {3, SOL_SOCKET, SO_PASSCRED}, PRETENDED},
	{"setsockopt", {3, SOL_SOCKET, 20}, 0}, /* SO_RCVTIMEO, SO_SNDTIMEO */
	{"setsockopt", {3, SOL_SOCKET, 21}, 0},
	{"setsockopt", {3, SOL_SOCKET, 66}, 0}, /* those of 32 bits */
	{"setsockopt", {3, SOL_SOCKET, 67}, 0},
	{"setsockopt", {3, SOL_SOCKET, 0}, EPERM},
	{"setsockopt", {3, SOL_SOCKET, SO_DEBUG}, EPERM},
	{"setsockopt", {3, SOL_SOCKET, SO_BROADCAST}, EPERM},
	{"setsockopt", {3, SOL_SOCKET, SO_OOBINLINE}, EPERM},
	{"setsockopt", {3, SOL_SOCKET, SO_PRIORITY}, EPERM},
	{"setsockopt", {3, SOL_SOCKET, SO_RCVLOWAT}, EPERM},
	{"setsockopt", {3, SOL_SOCKET, SO_ATTACH_FILTER}, EPERM},
	{"setsockopt", {3, SOL_SOCKET, SO_TIMESTAMP}, EPERM},
	{"setsockopt", {3, SOL_SOCKET, SO_SNDBUFFORCE}, EPERM},
	{"setsockopt", {3, SOL_SOCKET, SO_PASSSEC}, EPERM},
	{"setsockopt", {3, SOL_SOCKET, SO_ATTACH_BPF}, EPERM},
	{"setsockopt", {3, SOL_SOCKET, 65}, EPERM}, /* SO_TIMESTAMPING_NEW */
	{"setsockopt", {3, SOL_SOCKET, 68}, EPERM}, /* SO_DETACH_REUSEPORT_BPF */
	{"setsockopt", {3, SOL_SOCKET, 127}, EPERM},
	{"setsockopt", {3, SOL_SOCKET, 128}, EPERM},
	{"setsockopt", {3, SOL_SOCKET, 0xffffffff}, EPERM},
	{"setsockopt", {3, SOL_SOCKET, 0x100000014}, EPERM},
	{"setsockopt", {3, 0x100000001, 20}, EOPNOTSUPP},
	{"setsockopt", {3, 0, 20}, EOPNOTSUPP},
	{"setsockopt", {3, 6, 1}, EOPNOTSUPP}, /* TCP_NODELAY */
	{"setsockopt", {3, SOL_SOCKET, 0x100000000 | SO_SNDBUF}, EPERM},
	{"ioctl", {0, 'X' << 8 | 121}, EPERM}, /* FITRIM */
	{"ioctl", {0, 'v' << 8 | 2}, EPERM},   /* FS_IOC_SETVERSION */
	{"ioctl", {0, 0x8912}, EPERM},         /* SIOCGIFCONF */
	{"ioctl", {0, 0x8b1b}, EPERM},         /* SIOCGIWESSID */
	{"mmap", {0, 0, 0, 0x122}, ENOMEM},    /* MAP_GROWSDOWN */
	{"ptrace", {0}, EPERM},
	{"process_vm_readv", {0}, EPERM},
	{"pidfd_getfd", {0}, EPERM},
	{"bpf", {0}, EPERM},
	{"userfaultfd", {0}, EPERM},
	{"keyctl", {0}, EPERM},
	{"shmget", {0}, EPERM},
	{"mq_open", {0}, EPERM},
	{"unshare", {CLONE_NEWUSER}, EPERM},
	{"unshare", {CLONE_NEWNS}, EPERM},
	{"unshare", {CLONE_NEWNS | CLONE_FS}, EPERM},
	{"unshare", {0x80}, EPERM}, /* CLONE_NEWTIME */
	{"unshare", {0x80 | CLONE_FILES}, EPERM},
	{"unshare", {1}, EPERM},
	{"unshare", {0x100 | CLONE_FILES}, EPERM},
	{"unshare", {CLONE_SIGHAND}, EPERM},
	{"unshare", {0x100000000 | CLONE_FS}, EPERM},
	{"unshare", {CLONE_FS}, 0},
	{"unshare", {CLONE_FILES}, 0},
	{"unshare", {CLONE_FS | CLONE_FILES}, 0},
	{"unshare", {0}, 0},
	{"setns", {0}, EPERM},
	{"open_by_handle_at", {0}, EPERM},
	{"clone", {SIGCHLD}, 0},
	{"clone", {CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD}, 0},
	{"clone", {CLONE_NEWUSER | SIGCHLD}, EPERM},
	{"clone", {CLONE_NEWPID | CLONE_NEWNET | SIGCHLD}, EPERM},
	{"clone", {0xffffffff00000000 | CLONE_NEWNS}, EPERM},
	{"ioctl", {0, 0x5401}, 0}, /* TCGETS: isatty() */
	{"ioctl", {0, 0x5412}, EPERM},
	{"ioctl", {0, 0xabcdef0000005412}, EPERM}, /* the kernel sees 32 bits */
	{"ioctl", {0, 0x1234567800005401}, 0},
	{"ioctl", {0, 0x541c}, EPERM},
	{"ioctl", {0, 0x40086602}, EPERM}, /* FS_IOC_SETFLAGS */
	{"ioctl", {0, 0x80086602}, EPERM}, /* the same on powerpc */
	{"ioctl", {0, 0xc0506617}, EPERM}, /* FS_IOC_ADD_ENCRYPTION_KEY */
	{"ioctl", {0, 0x50009401}, EPERM}, /* BTRFS_IOC_SNAP_CREATE */
	{"ioctl", {0, 0x5421}, 0},         /* FIONBIO */
	/* what devices are exposed for */
	{"ioctl", {0, 0xc0406400}, 0}, /* DRM_IOCTL_VERSION */
	{"ioctl", {0, 0xc00c642d}, 0}, /* DRM_IOCTL_PRIME_HANDLE_TO_FD */
	{"ioctl", {0, 0x80044501}, 0}, /* EVIOCGVERSION */
	{"ioctl", {0, 0xae00}, 0},     /* KVM_GET_API_VERSION */
	{"ioctl", {0, 0x3b64}, 0},     /* VFIO_GET_API_VERSION */
	{"fcntl", {0, F_GETFL}, 0},
	{"fcntl", {0, F_DUPFD_CLOEXEC}, 0},
	{"fcntl", {0, F_SETLEASE, F_RDLCK}, EPERM},
	{"fcntl", {0, 0x100000000 | F_SETLEASE, F_RDLCK}, EPERM},
	{"fcntl", {0, F_NOTIFY}, EPERM},
	{"fcntl", {0, F_GETPIPE_SZ}, 0},
	{"fcntl", {0, F_SETPIPE_SZ, 4096}, EPERM},
	{"fcntl", {0, F_ADD_SEALS}, 0},
	{"fcntl", {0, F_GET_RW_HINT}, 0},
	{"fcntl", {0, F_SET_RW_HINT}, EPERM},
	{"fcntl", {0, F_GET_FILE_RW_HINT}, 0},
	{"fcntl", {0, F_SET_FILE_RW_HINT}, EPERM},
	{"fcntl", {0, F_SET_FILE_RW_HINT + 1}, EINVAL},
	{"fcntl", {0, 1040}, EINVAL}, /* F_SETDELEG */
	{"fcntl", {0, 0xffffffff}, EINVAL},
	{"fcntl", {0, 6},
		PRETENDED}, /* F_SETLK, which has other numbers in C libraries */
	{"fcntl", {0, 7}, PRETENDED}, /* F_SETLKW */
	{"fcntl", {0, F_OFD_SETLK}, PRETENDED},
	{"fcntl", {0, F_OFD_SETLKW}, PRETENDED},
	{"flock", {0}, PRETENDED},
	{"mlock", {0}, PRETENDED},
	{"mlock2", {0}, PRETENDED},
	{"mlockall", {0}, PRETENDED},
	{"munlock", {0}, 0},
	{"sync", {0}, PRETENDED},
	{"syncfs", {0}, PRETENDED},
	{"fsync", {0}, 0},
	{"pipe2", {0, O_CLOEXEC | O_DIRECT}, 0},
	{"pipe2", {0, O_CLOEXEC | O_EXCL}, EINVAL},
	{"mmap", {0, 0, 0, 0x22}, 0},
	{"mmap", {0, 0, 0, 0x40022}, ENOMEM}, /* MAP_HUGETLB */
	{"memfd_create", {0, 1}, 0},
	{"memfd_create", {0, 4}, EINVAL}, /* MFD_HUGETLB */
	{"io_setup", {0}, ENOSYS},
	{"inotify_init1", {0}, EPERM},
	{"setrlimit", {7}, 0},
	{"setrlimit", {RLIMIT_CORE}, PRETENDED},
	{"prlimit64", {0}, 0},
	{"prlimit64", {0, RLIMIT_CORE, 0}, 0},
	{"prlimit64", {0, RLIMIT_CORE, 0x1000}, PRETENDED},
	{"prlimit64", {0, RLIMIT_CORE, 0x1000, 0x2000}, EPERM},
	{"prlimit64", {0, 0x100000000 | RLIMIT_CORE, 0x1000}, PRETENDED},
	{"prlimit64", {0, 7, 0x1000}, 0},
	{"prlimit64", {1, 7, 0, 0x1000}, 0},
	{"prlimit64", {1, 7, 0x1000}, PRETENDED},
	{"prlimit64", {1, 7, 0x1000, 0x2000}, EPERM},
	{"prlimit64", {1, RLIMIT_CORE, 0x1000}, PRETENDED},
	{"prlimit64", {1, RLIMIT_CORE, 0x1000, 0x2000}, EPERM},
	{"prlimit64", {0x100000000, 7, 0x1000}, PRETENDED},
	{"sched_setaffinity", {0}, 0},
	{"sched_setaffinity", {1}, PRETENDED},
	{"sched_setscheduler", {2}, PRETENDED},
	{"setgroups", {0}, PRETENDED},
	{"setgroups", {1}, 0},
	{"setpriority", {0, 0}, 0},
	{"setpriority", {0, 1}, PRETENDED},
	{"setpriority", {1, 0}, PRETENDED}, /* PRIO_PGRP */
	{"setpriority", {2, 0}, PRETENDED}, /* PRIO_USER: the warden has the same */
	{"ioprio_set", {1, 0}, 0},
	{"ioprio_set", {3, 0}, PRETENDED},
};

/* In a root of the room's own these are left to the kernel. */
static const char *const attributes[] = {"chmod", "fchmod", "fchmodat", "chown", "fchown",
	"fchownat", "lchown", "utime", "utimes", "utimensat", "futimesat", NULL};

/* What a case of the first name says holds for the second, too, on 32-bit architectures.
 */
static const char *const twins[][2] = {{"fchown", "fchown32"}, {"fcntl", "fcntl64"},
	{"futex", "futex_time64"}, {"mmap", "mmap2"}, {"recvmmsg", "recvmmsg_time64"},
	{"setgroups", "setgroups32"}, {"utimensat", "utimensat_time64"}};

typedef struct {
	uint32_t arch;
	FilterKind kind;
	struct sock_filter filter[FILTER_MAX];
	unsigned length;
} Compiled;

static void compile(uint32_t arch, FilterKind kind, Compiled *compiled)
{
	compiled->arch = arch;
	compiled->kind = kind;
	g_assert_cmpint(filter_compile(arch, kind, compiled->filter, FILTER_MAX,
				&compiled->length),
		==, 0);
}

/* libseccomp resolves the names of calls that i386 has behind another one, too, to
 * numbers of its own. */
static int number_of(uint32_t arch, const char *name)
{
	for (int number = 0; number < NUMBERS; number++) {
		char *other = seccomp_syscall_resolve_num_arch(arch, number);
		bool found = g_strcmp0(other, name) == 0;

		free(other);
		if (found)
			return number;
	}
	return seccomp_syscall_resolve_name_arch(arch, name);
}

/* @name: of the call; @as: the name by which the list of exceptions knows it */
static void check_call(const Compiled *compiled, const char *name, const char *as,
	const uint64_t arguments[4], int errnum)
{
	struct seccomp_data data = {
		.arch = compiled->arch, .nr = number_of(compiled->arch, name)};
	uint32_t expected = errnum == PRETENDED ? SECCOMP_RET_ERRNO
			    : errnum            ? SECCOMP_RET_ERRNO | (uint32_t)errnum
						: SECCOMP_RET_ALLOW;

	if (compiled->kind == FILTER_OWN_ROOT && g_strv_contains(attributes, as))
		expected = SECCOMP_RET_ALLOW;
	memcpy(data.args, arguments, 4 * sizeof *arguments);
	g_test_message("%s(0x%llx, 0x%llx)", name, (unsigned long long)data.args[0],
		(unsigned long long)data.args[1]);
	g_assert_cmphex(decide(compiled->filter, compiled->length, &data), ==, expected);
}

static bool has_64_bits(const uint64_t arguments[4])
{
	for (unsigned i = 0; i < 4; i++)
		if (arguments[i] > UINT32_MAX)
			return true;
	return false;
}

static void check_arch(uint32_t arch, FilterKind kind)
{
	const bool is_32_bit = arch == SCMP_ARCH_X86;
	struct seccomp_data data = {.arch = arch};
	Compiled compiled;
	const struct sock_filter *filter = compiled.filter;
	unsigned length;

	compile(arch, kind, &compiled);
	length = compiled.length;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *name = cases[i].name;

		/* Registers of 32 bits have no upper half. */
		if (is_32_bit && has_64_bits(cases[i].arguments))
			continue;
		/* There its arguments are in memory; see test_i386(). */
		if (!is_32_bit || !g_str_equal(name, "mmap"))
			check_call(&compiled, name, name, cases[i].arguments,
				cases[i].errnum);
		for (size_t j = 0; is_32_bit && j < G_N_ELEMENTS(twins); j++)
			if (g_str_equal(name, twins[j][0]))
				check_call(&compiled, twins[j][1], name,
					cases[i].arguments, cases[i].errnum);
	}
	memset(data.args, 0, sizeof data.args);
	/* fchmodat2: programs fall back to a call that is answered */
	data.nr = 452;
	g_assert_cmphex(decide(filter, length, &data), ==, SECCOMP_RET_ERRNO | ENOSYS);
	/* futex_requeue */
	data.nr = 456;
	g_assert_cmphex(decide(filter, length, &data), ==, SECCOMP_RET_ERRNO | ENOSYS);
	/* what security modules are asked, and what they are given */
	data.nr = 459;
	g_assert_cmphex(decide(filter, length, &data), ==, SECCOMP_RET_ALLOW);
	data.nr = 460;
	g_assert_cmphex(decide(filter, length, &data), ==, SECCOMP_RET_ERRNO | EPERM);
	/* open_tree_attr, which no libseccomp of today's distributions names */
	data.nr = 467;
	g_assert_cmphex(decide(filter, length, &data), ==, SECCOMP_RET_ERRNO | ENOSYS);
	/* the last that was looked at, and what comes after it */
	data.nr = 468;
	g_assert_cmphex(decide(filter, length, &data), ==, SECCOMP_RET_ALLOW);
	data.nr = 469;
	g_assert_cmphex(decide(filter, length, &data), ==, SECCOMP_RET_ERRNO | EPERM);
	for (data.nr = 470; data.nr < 1024; data.nr++)
		g_assert_cmphex(
			decide(filter, length, &data), ==, SECCOMP_RET_ERRNO | ENOSYS);
	/* another architecture */
	data.arch = is_32_bit ? AUDIT_ARCH_X86_64 : AUDIT_ARCH_I386;
	for (data.nr = 0; data.nr < 1024; data.nr++)
		g_assert_cmphex(
			decide(filter, length, &data), ==, SECCOMP_RET_KILL_PROCESS);
}

static void test_x86_64(void)
{
	struct sock_filter filter[FILTER_MAX];
	struct seccomp_data data = {.arch = SCMP_ARCH_X86_64};
	unsigned length;

	check_arch(SCMP_ARCH_X86_64, FILTER_HOST_ROOT);
	check_arch(SCMP_ARCH_X86_64, FILTER_OWN_ROOT);
	g_assert_cmpint(filter_compile(SCMP_ARCH_X86_64, FILTER_OWN_ROOT, filter,
				FILTER_MAX, &length),
		==, 0);
	/* x32 */
	for (data.nr = 0x40000000; data.nr < 0x40000400; data.nr++)
		g_assert_cmphex(
			decide(filter, length, &data), ==, SECCOMP_RET_KILL_PROCESS);
}

/* What only this architecture has: calls whose arguments are in memory, where no filter
 * sees them; twins for wider numbers; what is left of the 16-bit world. */
static void test_i386(void)
{
	static const struct {
		const char *name;
		uint64_t arguments[4];
		int errnum;
	} only_there[] = {
		{"socketcall", {8}, EPERM}, /* SYS_SOCKETPAIR */
		{"ipc", {23}, EPERM},       /* SHMGET */
		{"ipc", {0x10017}, EPERM},  /* the same, of another version */
		{"mmap", {0}, ENOSYS},
		{"mmap", {0x1000, 0, 0, 0x22}, ENOSYS},
		{"fcntl64", {0, 12}, 0},         /* F_GETLK64 */
		{"fcntl64", {0, 13}, PRETENDED}, /* F_SETLK64 */
		{"fcntl64", {0, 14}, PRETENDED}, /* F_SETLKW64 */
		{"fcntl64", {0, 6}, PRETENDED},  /* F_SETLK */
		{"fcntl64", {0, 7}, PRETENDED},  /* F_SETLKW */
		{"fcntl64", {0, 1040}, EINVAL},  /* F_SETDELEG */
		{"lchown32", {0}, EPERM},
		{"chown32", {0}, EPERM},
		{"stime", {0}, EPERM},
		{"umount", {0}, ENOSYS},
		{"vm86", {0}, EPERM},
		{"vm86old", {0}, EPERM},
		{"modify_ldt", {1}, EPERM},
		{"clock_settime64", {0}, EPERM},
		{"semtimedop_time64", {0}, EPERM},
		{"mq_timedsend_time64", {0}, EPERM},
		{"mq_timedreceive_time64", {0}, EPERM},
		/* what every program needs */
		{"set_thread_area", {0}, 0},
		{"sigreturn", {0}, 0},
		{"sigaction", {0}, 0},
		{"waitpid", {0}, 0},
		{"ugetrlimit", {0}, 0},
		{"_llseek", {0}, 0},
		{"_newselect", {0}, 0},
		{"fstat64", {0}, 0},
		{"fstatat64", {0}, 0},
		{"getdents64", {0}, 0},
		{"getuid32", {0}, 0},
		{"clock_gettime64", {0}, 0},
		{"clock_nanosleep_time64", {0}, 0},
		{"ppoll_time64", {0}, 0},
	};

	for (FilterKind kind = FILTER_HOST_ROOT; kind <= FILTER_OWN_ROOT; kind++) {
		Compiled compiled;

		check_arch(SCMP_ARCH_X86, kind);
		compile(SCMP_ARCH_X86, kind, &compiled);
		for (size_t i = 0; i < G_N_ELEMENTS(only_there); i++)
			check_call(&compiled, only_there[i].name,
				g_str_has_suffix(only_there[i].name, "chown32")
					? "chown"
					: only_there[i].name,
				only_there[i].arguments, only_there[i].errnum);
		/* every call behind these two, to the last that exists */
		for (uint64_t call = 0; call <= 32; call++) {
			check_call(
				&compiled, "socketcall", "", (uint64_t[4]){call}, EPERM);
			check_call(&compiled, "ipc", "", (uint64_t[4]){call}, EPERM);
		}
	}
}

static void test_aarch64(void)
{
	check_arch(SCMP_ARCH_AARCH64, FILTER_HOST_ROOT);
	check_arch(SCMP_ARCH_AARCH64, FILTER_OWN_ROOT);
}

static void test_too_long(void)
{
	struct sock_filter filter[FILTER_MAX] = {0};
	unsigned length = 7;

	g_assert_cmpint(
		filter_compile(0, FILTER_HOST_ROOT, filter, 20, &length), ==, E2BIG);
	g_assert_cmpuint(length, ==, 7);
}

/* What is loaded is what is tested here. */
static void test_built_in(void)
{
	static const struct {
		const struct sock_filter *filter;
		size_t length;
	} built_in[] = {
		[FILTER_HOST_ROOT] = {filter_of_host_root,
			G_N_ELEMENTS(filter_of_host_root)},
		[FILTER_OWN_ROOT] = {filter_of_own_root,
			G_N_ELEMENTS(filter_of_own_root)},
	};

	g_assert_true(FILTER_IS_KNOWN);
	for (FilterKind kind = FILTER_HOST_ROOT; kind <= FILTER_OWN_ROOT; kind++) {
		struct sock_filter filter[FILTER_MAX];
		unsigned length;

		g_assert_cmpint(
			filter_compile(0, kind, filter, FILTER_MAX, &length), ==, 0);
		g_assert_cmpmem(filter, length * sizeof *filter, built_in[kind].filter,
			built_in[kind].length * sizeof *filter);
	}
}

/* Every architecture that the rules support. */
static const char *const architectures[] = {
	"x86_64", "x86", "aarch64", "ppc64le", "riscv64"};

int main(int argc, char **argv)
{
	if (argc == 3 && g_str_equal(argv[1], "--print")) {
		print_list(argv[2]);
		return EXIT_SUCCESS;
	}
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/filter/x86-64", test_x86_64);
	g_test_add_func("/filter/i386", test_i386);
	g_test_add_func("/filter/aarch64", test_aarch64);
	for (size_t i = 0; i < G_N_ELEMENTS(architectures); i++) {
		g_autofree char *path =
			g_strconcat("/filter/list/", architectures[i], NULL);

		g_test_add_data_func(path, architectures[i], test_list);
	}
	g_test_add_func("/filter/built-in", test_built_in);
	g_test_add_func("/filter/too-long", test_too_long);
	return g_test_run();
}
