// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Harm to the world: sockets, terminals, other namespaces, and calls that reach far into
 * the kernel.
 */
#include "tests/hostile/backend/backend.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <mqueue.h>
#include <net/if.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "tests/pass-fds.h"

void sockets(void)
{
	static const int families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET,
		AF_VSOCK, AF_ALG, AF_BLUETOOTH, AF_QIPCRTR};
	int pair[2];

	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		for (int type = SOCK_STREAM; type <= SOCK_SEQPACKET; type++)
			if (socket(families[i], type, 0) >= 0)
				breach("family-%d-%d", families[i], type);
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		for (int type = 0; type < 16; type++)
			if ((families[i] != AF_UNIX ||
				    (type != SOCK_STREAM && type != SOCK_SEQPACKET)) &&
				(socketpair(families[i], type, 0, pair) == 0 ||
					socketpair(families[i], type | SOCK_CLOEXEC, 0,
						pair) == 0))
				breach("pair-%d-%d", families[i], type);
	tell();
}

/* Whether the call that claims to set @option has set it: so that the kernel's memory or
 * work is not limited any more, or for a socket that is not the program's. */
static bool changes_option(int socket, int option, const int value[16])
{
	int before = 0, after = 0;
	socklen_t length = sizeof before;

	getsockopt(socket, SOL_SOCKET, option, &before, &length);
	if (setsockopt(socket, SOL_SOCKET, option, value, 16 * sizeof *value) < 0)
		return false;
	length = sizeof after;
	return getsockopt(socket, SOL_SOCKET, option, &after, &length) < 0 ||
	       before != after;
}

/* The only sockets are pairs of streams, and they cannot become anything else. */
void pair_of_streams(void)
{
	static const int types[] = {SOCK_STREAM, SOCK_SEQPACKET};
	static const int options[] = {SO_SNDBUF, SO_RCVBUF, SO_PASSCRED, SO_PASSSEC,
		SO_REUSEADDR, SO_REUSEPORT, SO_PRIORITY, SO_OOBINLINE, SO_RCVLOWAT,
		SO_TIMESTAMP, SO_TIMESTAMPING, SO_ATTACH_FILTER, SO_LOCK_FILTER,
		SO_ATTACH_BPF, SO_BUSY_POLL, SO_SNDBUFFORCE, SO_RCVBUFFORCE};
	struct sockaddr_un address = {.sun_family = AF_UNIX}, name;
	socklen_t length_of_name;
	struct ifconf list = {.ifc_len = 1024, .ifc_buf = (char[1024]){0}};
	const char *path = bait("abstract");
	socklen_t length =
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1);
	struct ifreq interface = {.ifr_name = "lo"};
	int value[16] = {1}, pair[2];

	memcpy(address.sun_path + 1, path, strlen(path));
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (socketpair(AF_UNIX, types[i], 0, pair) < 0)
			continue;
		if (ioctl(pair[0], SIOCGIFCONF, &list) == 0 ||
			ioctl(pair[0], SIOCGIFFLAGS, &interface) == 0)
			breach("interfaces");
		for (size_t o = 0; o < sizeof options / sizeof *options; o++)
			if (changes_option(pair[0], options[o], value))
				breach("option-%d", options[o]);
		/* With SO_PASSCRED, the first datagram gives its sender a name. */
		length_of_name = sizeof name;
		if (send(pair[0], "x", 1, 0) == 1 &&
			getsockname(pair[0], (struct sockaddr *)&name, &length_of_name) ==
				0 &&
			length_of_name > sizeof name.sun_family)
			breach("name");
		if (ioctl(pair[0], 0x8b1b, value) == 0 || errno != EPERM)
			breach("wireless");
		if (send(pair[0], "x", 1, MSG_OOB) == 1)
			breach("urgent");
		if (listen(pair[0], 1) == 0)
			breach("listen");
		if (accept(pair[0], NULL, NULL) >= 0)
			breach("accept");
		if (connect(pair[0], (struct sockaddr *)&address, length) == 0)
			breach("connect");
		address.sun_path[1] ^= 1; /* a name that is free */
		if (bind(pair[0], (struct sockaddr *)&address, length) == 0)
			breach("bind");
		address.sun_path[1] ^= 1;
		close(pair[0]);
		close(pair[1]);
	}
	tell();
}

/* Descriptors of sockets within each other would be counted for the caller's id until the
 * kernel clears up, and keep others of that id from passing any. */
void circle_of_descriptors(void)
{
	for (int i = 0; i < 1000; i++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
			break;
		if (pass_fds(pair[0], pair, 2))
			breach("sent");
		close(pair[0]);
		close(pair[1]);
	}
	tell();
}

static void try_to_connect(const char *path, bool abstract, const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(path) + 1;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(address.sun_path + abstract, path, length - abstract);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address,
			       (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
					   length)) == 0)
		breach("%s", name);
}

void listeners(void)
{
	try_to_connect(bait("abstract"), true, "abstract");
	try_to_connect(bait("listener"), false, "path");
	tell();
}

/* The kernel looks only at the lower half of the request. A filter's EPERM comes before
 * the kernel's ENOTTY. */
void type_into_the_terminal(void)
{
	static const unsigned long requests[] = {TIOCSTI, TIOCLINUX};
	int tty = open("/dev/tty", O_RDWR);

	if (tty >= 0)
		breach("tty");
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
		for (unsigned long high = 0; high <= 1; high++) {
			unsigned long request = requests[i] | high * 0xabcdef0100000000;

			if (syscall(SYS_ioctl, 0, request, "x") == 0 || errno != EPERM)
				breach("ioctl-%lx", request);
		}
	}
	tell();
}

#ifdef __x86_64__
void int_0x80(void)
{
	long result;

	say(CAPABILITIES);
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
}

void x32_call(void)
{
	say(CAPABILITIES);
	syscall(0x40000000 | SYS_getpid);
}
#elif defined(__i386__)
/* It jumps to the kernel's segment for programs of 64 bits, and calls getpid() and
 * exit_group() there. */
void call_of_64_bits(void)
{
	say(CAPABILITIES);
	__asm__ volatile("call 1f\n"
			 "1:\tpop %%eax\n\t"
			 "add $2f - 1b, %%eax\n\t"
			 "push $0x33\n\t"
			 "push %%eax\n\t"
			 "lret\n\t"
			 ".code64\n"
			 "2:\tmov $39, %%eax\n\t"
			 "syscall\n\t"
			 "mov $231, %%eax\n\t"
			 "xor %%edi, %%edi\n\t"
			 "syscall\n\t"
			 ".code32"
			 :
			 :
			 : "eax", "ecx", "edi", "memory");
}

/* No filter sees the arguments of these. */
void calls_behind_a_pointer(void)
{
	int pair[2];
	/* a pair of datagram sockets; harmless to those that want fewer */
	const unsigned long sockets[6] = {AF_UNIX, SOCK_DGRAM, 0, (unsigned long)pair};
	const unsigned long pages[6] = {
		0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, (unsigned long)-1, 0};

	for (int call = 0; call <= 20; call++)
		if (syscall(SYS_socketcall, call, sockets) >= 0 || errno != EPERM)
			breach("socketcall-%d", call);
	for (int call = 0; call <= 24; call++)
		if (syscall(SYS_ipc, call, 0, 0, 0, NULL, 0) >= 0 || errno != EPERM)
			breach("ipc-%d", call);
	if (syscall(SYS_mmap, pages) != -1 || errno != ENOSYS)
		breach("mmap");
	tell();
}
#endif

/* Whatever one run could leave for the next, or for the host. */
void leave_something(void)
{
	int id;

	if ((id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600)) >= 0) {
		breach("shm");
		shmctl(id, IPC_RMID, NULL);
	}
	if ((id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600)) >= 0) {
		breach("sem");
		semctl(id, 0, IPC_RMID);
	}
	if ((id = msgget(IPC_PRIVATE, IPC_CREAT | 0600)) >= 0) {
		breach("msg");
		msgctl(id, IPC_RMID, NULL);
	}
	if (mq_open("/hostile", O_RDWR | O_CREAT, 0600, NULL) >= 0) {
		breach("mq");
		mq_unlink("/hostile");
	}
	if (syscall(SYS_add_key, "user", "hostile", "x", 1, -4) >= 0 ||
		syscall(SYS_keyctl, 1, "hostile") >= 0)
		breach("key");
	if (syscall(SYS_inotify_init1, 0) >= 0)
		breach("inotify");
	if (syscall(SYS_io_setup, 1, &(unsigned long){0}) >= 0)
		breach("aio");
	if (sethostname("hostile", 7) == 0)
		breach("hostname");
	if (setpgid(0, getppid()) == 0)
		breach("group");
	tell();
}

static int nothing(void *argument)
{
	_exit(0);
}

void namespaces(void)
{
	static const struct {
		const char *name;
		unsigned flag;
	} kinds[] = {{"ns", CLONE_NEWNS}, {"cgroup", CLONE_NEWCGROUP},
		{"uts", CLONE_NEWUTS}, {"ipc", CLONE_NEWIPC}, {"user", CLONE_NEWUSER},
		{"pid", CLONE_NEWPID}, {"net", CLONE_NEWNET}, {"time", 0x80}};
	static char stack[64 * 1024];

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		uint64_t args[8] = {kinds[i].flag, 0, 0, 0, SIGCHLD};
		pid_t pid;

		if (unshare((int)kinds[i].flag) == 0)
			breach("unshare-%s", kinds[i].name);
		/* CLONE_NEWTIME has the place of a signal number in clone() */
		if (kinds[i].flag != 0x80 &&
			clone(nothing, stack + sizeof stack, (int)kinds[i].flag | SIGCHLD,
				NULL) > 0)
			breach("clone-%s", kinds[i].name);
		pid = (pid_t)syscall(SYS_clone3, args, sizeof args);
		if (pid == 0)
			_exit(0);
		if (pid > 0 || errno != ENOSYS)
			breach("clone3-%s", kinds[i].name);
	}
	if (setns(open("/proc/self/ns/net", O_RDONLY), 0) == 0 ||
		setns((int)syscall(SYS_pidfd_open, getpid(), 0), CLONE_NEWUTS) == 0)
		breach("setns");
	if (chroot("/") == 0)
		breach("chroot");
	if (syscall(SYS_pivot_root, ".", ".") == 0)
		breach("pivot-root");
	for (long number = SYS_open_tree; number <= SYS_fspick; number++)
		if (syscall(number, -1, "", 0, 0, 0) >= 0 || errno != ENOSYS)
			breach("call-%ld", number);
	tell();
}

void dangerous_calls(void)
{
	static const struct {
		const char *name;
		long number;
	} calls[] = {{"io-uring", SYS_io_uring_setup}, {"userfaultfd", SYS_userfaultfd},
		{"bpf", SYS_bpf}, {"perf", SYS_perf_event_open}, {"keyctl", SYS_keyctl},
		{"request-key", SYS_request_key}, {"fanotify", SYS_fanotify_init},
		{"by-handle", SYS_open_by_handle_at}, {"handle", SYS_name_to_handle_at},
		{"acct", SYS_acct}, {"reboot", SYS_reboot}, {"swapon", SYS_swapon},
		{"syslog", SYS_syslog}, {"quotactl", SYS_quotactl},
		{"init-module", SYS_init_module}, {"kexec", SYS_kexec_load},
		{"settimeofday", SYS_settimeofday}, {"vhangup", SYS_vhangup}};

	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		/* Zeros are orders to some of these, such as to end all accounting. */
		if (syscall(calls[i].number, 1, 1, 1, 1, 1, 1) >= 0 ||
			(errno != EPERM && errno != ENOSYS))
			breach("%s", calls[i].name);
	for (long number = 470; number < 600; number++)
		if (syscall(number, 0, 0, 0, 0, 0, 0) >= 0 || errno != ENOSYS)
			breach("number-%ld", number);
	tell();
}

/* What a read-only /proc/self/attr stops. */
void label_by_call(void)
{
	static const unsigned attributes[] = {100, 101, 102, 103, 104, 105};

	for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
		/* struct lsm_ctx of SELinux: id, flags, length of all and of the text */
		uint64_t context[5] = {101, 0, sizeof context, 8, 0};

		if (syscall(460, attributes[i], context, sizeof context, 0) >= 0 ||
			(errno != EPERM && errno != ENOSYS))
			breach("attribute-%u", attributes[i]);
	}
	tell();
}

/* O_NOTIFICATION_PIPE */
void notifications(void)
{
	int ends[2];

	if (pipe2(ends, O_EXCL) == 0 || pipe2(ends, O_EXCL | O_CLOEXEC) == 0 ||
		errno != EINVAL)
		breach("pipe");
	tell();
}

/* What capabilities and ids it has. */
void privileges(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct have[2] = {{0}};

	if (syscall(SYS_capget, &header, have) < 0 || have[0].permitted ||
		have[0].effective || have[0].inheritable || have[1].permitted)
		breach("capabilities");
	if (getuid() == 0 || geteuid() == 0)
		breach("root");
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		breach("new-privileges");
	if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != 2)
		breach("no-filter");
	tell();
}

/* What is shown of it describes processors, memory and huge pages, and root could change
 * some of it. */
void write_to_sys(void)
{
	static const char *const files[] = {"/sys/devices/system/cpu/cpu1/online",
		"/sys/devices/system/cpu/cpu0/power/control",
		"/sys/devices/system/cpu/smt/control",
		"/sys/devices/system/node/node0/compact",
		"/sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages",
		"/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages",
		"/sys/kernel/mm/hugepages/hugepages-2048kB/nr_overcommit_hugepages",
		"/sys/kernel/mm/transparent_hugepage/enabled",
		"/sys/kernel/mm/transparent_hugepage/khugepaged/defrag"};
	static const char *const directories[] = {"/sys", "/sys/devices/system/cpu",
		"/sys/devices/system/node", "/sys/kernel/mm/hugepages",
		"/sys/kernel/mm/transparent_hugepage"};
	char path[128];

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		if (open(files[i], O_WRONLY | O_CLOEXEC) >= 0 ||
			open(files[i], O_RDWR | O_TRUNC | O_CLOEXEC) >= 0)
			breach("%s", files[i]);
		try_attributes(files[i], files[i]);
	}
	for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
		snprintf(path, sizeof path, "%s/hostile", directories[i]);
		try_to_create(path, directories[i]);
	}
	tell();
}

/* The devices that everybody may write to obey root only. */
void command_devices(void)
{
	static const char *const devices[] = {
		"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};
	/* Counts what was written as randomness, forgets it, makes it anew: all of
	 * <linux/random.h> that changes something. */
	static const struct {
		int pool_size, buffer_size;
		char buffer[8];
	} entropy = {64, 8, "hostile"};
	const struct {
		unsigned long request;
		const void *argument;
	} commands[] = {
		{_IOW('R', 0x01, int), &(int){64}},  /* RNDADDTOENTCNT */
		{_IOW('R', 0x03, int[2]), &entropy}, /* RNDADDENTROPY */
		{_IO('R', 0x04), NULL},              /* RNDZAPENTCNT */
		{_IO('R', 0x06), NULL},              /* RNDCLEARPOOL */
		{_IO('R', 0x07), NULL},              /* RNDRESEEDCRNG */
		{TIOCSTI, "x"},
	};

	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
		int fd = open(devices[i], O_RDWR | O_CLOEXEC);

		for (size_t c = 0; c < sizeof commands / sizeof *commands; c++)
			if (ioctl(fd, commands[c].request, commands[c].argument) == 0)
				breach("%s-%lx", devices[i], commands[c].request);
		if (strcmp(devices[i], "/dev/full") == 0 && write(fd, "x", 1) > 0)
			breach("full");
		close(fd);
		try_attributes(devices[i], devices[i]);
	}
	tell();
}

/* One device is exposed, the others are not, and what may be done with it has its bounds.
 */
void reach_beyond_exposed(void)
{
	static const char *const others[] = {"/dev/ptmx", "/dev/pts/ptmx", "/dev/tty",
		"/dev/fuse", "/dev/net/tun", "/dev/kvm", "/dev/vsock", "/dev/kmsg",
		"/dev/mem", "/dev/loop-control"};

	if (open(EXPOSED_DEVICE, O_RDWR | O_CLOEXEC) < 0)
		breach("it-is-not-there");
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (open(others[i], O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) >= 0)
			breach("another");
	try_to_create("/dev/hostile", "beside");
	/* Not as root itself, where there is no sandbox. */
	if (getuid() == 0)
		tell();
	else
		command_devices();
}
