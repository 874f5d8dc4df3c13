// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Backends that do what the sandbox refuses: one function per refusal, chosen by the name
 * that the program is called by. Each works by hand, as far as its caller's id may, and
 * otherwise names on stderr what failed, as programs do; the remedies that vhost-probe
 * gives for that have to work.
 *
 * Called as "refused", the program lists its refusals.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#define GIB (1ull << 30)

/* The same number everywhere. */
#define IO_URING_SETUP 425

static void must(const char *what, int errnum)
{
	if (!errnum)
		return;
	fprintf(stderr, "%s: %s\n", what, strerror(errnum));
	exit(1);
}

#define MUST(call) must(#call, (call) < 0 ? errno : 0)

static void map(const char *what, unsigned long long size, int flags)
{
	const void *memory = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	must(what, memory == MAP_FAILED ? errno : 0);
}

/* ---- limits ---- */

static void locks_a_mapping(void)
{
	map("mmap", 4096, MAP_LOCKED);
}

static void takes_nine_gib(void)
{
	map("mmap", 9 * GIB, MAP_NORESERVE);
}

static void raises_its_limit(void)
{
	const struct rlimit limit = {300, 300};

	MUST(setrlimit(RLIMIT_NOFILE, &limit));
}

static void opens_many_files(void)
{
	for (unsigned i = 0; i < 300; i++)
		MUST(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

static void makes_a_large_file(void)
{
	int fd = memfd_create("refused", MFD_CLOEXEC);

	MUST(ftruncate(fd, (off_t)(9 * GIB)));
}

static void *wait_for_ever(void *nothing)
{
	pause();
	return NULL;
}

static void starts_many_threads(void)
{
	pthread_t thread;

	for (unsigned i = 0; i < 600; i++)
		must("pthread_create",
			pthread_create(&thread, NULL, wait_for_ever, NULL));
}

/* ---- the filter ---- */

static void maps_what_grows(void)
{
	map("mmap", 4096, MAP_GROWSDOWN);
}

static void makes_a_huge_memfd(void)
{
	MUST(memfd_create("refused", MFD_HUGETLB));
}

static void makes_a_socket(void)
{
	MUST(socket(AF_UNIX, SOCK_STREAM, 0));
}

static void watches_files(void)
{
	MUST(inotify_init1(IN_CLOEXEC));
}

static void asks_for_its_core_limit(void)
{
	const struct rlimit none = {0, 0};
	struct rlimit old;

	MUST(prlimit(0, RLIMIT_CORE, &none, &old));
}

static void asks_for_its_old_limit(void)
{
	struct rlimit limit = {32, 32};

	MUST(prlimit(getpid(), RLIMIT_NOFILE, &limit, &limit));
}

static void sends_datagrams(void)
{
	int pair[2];

	MUST(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
}

static void stamps_its_packets(void)
{
	int pair[2], on = 1;

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	MUST(setsockopt(pair[0], SOL_SOCKET, SO_TIMESTAMP, &on, sizeof on));
}

static void makes_a_ring(void)
{
	if (syscall(IO_URING_SETUP, 1, NULL) < 0 && errno == ENOSYS)
		must("io_uring_setup", errno);
}

/* ---- root, and all files ---- */

static void becomes_another(void)
{
	MUST(setuid(1));
}

static void takes_priority(void)
{
	MUST(setpriority(PRIO_PROCESS, 0, -5));
}

static void names_another_thread(void)
{
	pthread_t thread;

	must("pthread_create", pthread_create(&thread, NULL, wait_for_ever, NULL));
	must("pthread_setname_np", pthread_setname_np(thread, "refused"));
}

/* ---- all ---- */

static const struct {
	const char *name;
	void (*function)(void);
} refusals[] = {
	{"locks-a-mapping", locks_a_mapping},
	{"takes-nine-gib", takes_nine_gib},
	{"raises-its-limit", raises_its_limit},
	{"opens-many-files", opens_many_files},
	{"makes-a-large-file", makes_a_large_file},
	{"starts-many-threads", starts_many_threads},
	{"maps-what-grows", maps_what_grows},
	{"makes-a-huge-memfd", makes_a_huge_memfd},
	{"makes-a-socket", makes_a_socket},
	{"watches-files", watches_files},
	{"asks-for-its-core-limit", asks_for_its_core_limit},
	{"asks-for-its-old-limit", asks_for_its_old_limit},
	{"sends-datagrams", sends_datagrams},
	{"stamps-its-packets", stamps_its_packets},
	{"makes-a-ring", makes_a_ring},
	{"becomes-another", becomes_another},
	{"takes-priority", takes_priority},
	{"names-another-thread", names_another_thread},
};

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];

	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		if (strcmp(name, "refused") == 0)
			puts(refusals[i].name);
		if (strcmp(name, refusals[i].name) != 0)
			continue;
		refusals[i].function();
		puts("{\"type\": \"sample\"}");
		return 0;
	}
	return strcmp(name, "refused") != 0;
}
