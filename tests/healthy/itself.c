// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Healthy backends that change what they are before they answer: they start anew, confine
 * themselves, and arrange their memory, limits and directories.
 */
#include "tests/healthy/shapes.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#define ALL_FLAGS 0xffffffff /* asks personality() for the present ones */

/* ---- starting anew ---- */

/* With another layout of memory, another environment and a smaller stack. */
void restarts_itself(void)
{
	char *const again[] = {(char *)own_name, (char *)"again", NULL};
	int present = personality(ALL_FLAGS);
	struct rlimit stack;

	MUST(present >= 0 && getrlimit(RLIMIT_STACK, &stack) == 0);
	if (executed) {
		MUST(present & ADDR_NO_RANDOMIZE);
		MUST(stack.rlim_cur == 2 * MIB && getenv("LD_LIBRARY_PATH"));
		return;
	}
	stack.rlim_cur = 2 * MIB;
	MUST(setrlimit(RLIMIT_STACK, &stack) == 0);
	MUST(personality((unsigned long)present | ADDR_NO_RANDOMIZE) >= 0);
	MUST(setenv("LD_LIBRARY_PATH", "/usr/lib", true) == 0);
	MUST(execv("/proc/self/exe", again) == 0);
}

/* As runtimes of containers do, so that nobody can exchange the file. */
void executes_a_copy_of_itself(void)
{
	char *const again[] = {(char *)own_name, (char *)"again", NULL};
	int copy, own = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (executed)
		return;
	copy = memfd_create("copy", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	MUST(own >= 0 && copy >= 0 && fstat(own, &st) == 0);
	MUST(sendfile(copy, own, NULL, (size_t)st.st_size) == st.st_size);
	MUST(fcntl(copy, F_ADD_SEALS,
		     F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0);
	MUST(fexecve(copy, again, environ) == 0);
}

/* ---- confining itself ---- */

/* What it confines itself by refuses one call by number. */
static int filter(unsigned flags, unsigned call, unsigned answer)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, answer),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof filter / sizeof *filter, filter};

	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

void confines_itself(void)
{
	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	MUST(filter(SECCOMP_FILTER_FLAG_TSYNC, SYS_reboot, SECCOMP_RET_KILL_PROCESS) ==
		0);
	MUST(filter(0, SYS_getppid, SECCOMP_RET_ERRNO | ENOSYS) == 0);
	MUST(filter(SECCOMP_FILTER_FLAG_NEW_LISTENER, SYS_acct, SECCOMP_RET_USER_NOTIF) >=
		0);
	MUST(syscall(SYS_getppid) < 0 && errno == ENOSYS);
}

/* Privileges that it does not have anyway, and what shows it to others. */
void gives_up_what_it_has(void)
{
	struct {
		unsigned version;
		int pid;
	} header = {0x20080522, 0}; /* the third, with 64 capabilities */
	unsigned sets[6];
	uid_t uid = getuid();
	gid_t gid = getgid();

	MUST(setresgid(gid, gid, gid) == 0 && setresuid(uid, uid, uid) == 0);
	MUST(syscall(SYS_capget, &header, sets) == 0);
	MUST(syscall(SYS_capset, &header, sets) == 0);
	MUST(prctl(PR_SET_NAME, "healthy", 0, 0, 0) == 0);
	MUST(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0);
	MUST(prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0) == 0);
	MUST(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == 0);
	MUST(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0);
	/* Which closes some of /proc to it, but not this. */
	MUST(readlink("/proc/self/exe", (char[4096]){0}, 4096) > 0);
	MUST(opendir("/proc/self/fd"));
}

/* A thread that changes its directory and closes files, for itself. */
static void *move(void *nothing)
{
	MUST(unshare(CLONE_FS) == 0 && chdir("/usr") == 0);
	MUST(unshare(CLONE_FILES) == 0 && close(STDIN_FILENO) == 0);
	return NULL;
}

void keeps_a_directory_of_its_own(void)
{
	char before[4096], after[4096];
	pthread_t thread;

	MUST(chdir("/") == 0 && getcwd(before, sizeof before));
	MUST((errno = pthread_create(&thread, NULL, move, NULL)) == 0);
	MUST((errno = pthread_join(thread, NULL)) == 0);
	MUST(getcwd(after, sizeof after) && strcmp(before, after) == 0);
	MUST(fcntl(STDIN_FILENO, F_GETFD) >= 0);
}

void limits_itself_by_number(void)
{
	struct rlimit limit;

	MUST(prlimit(getpid(), RLIMIT_NOFILE, NULL, &limit) == 0);
	limit.rlim_cur = limit.rlim_max;
	MUST(prlimit(getpid(), RLIMIT_NOFILE, &limit, NULL) == 0);
	MUST(prlimit(0, RLIMIT_NOFILE, &limit, &limit) == 0);
}

/* ---- memory ---- */

#define MPOL_DEFAULT 0

/* Where the kernel has nodes: libnuma, databases. */
void places_its_memory(void)
{
	char *memory = mmap(NULL, 4 * MIB, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	void *pages[] = {memory};
	int policy, status;

	MUST(memory != MAP_FAILED);
	madvise(memory, 4 * MIB, MADV_HUGEPAGE);
	MUST(madvise(memory, MIB, MADV_DONTDUMP) == 0);
	MUST(madvise(memory, MIB, MADV_WIPEONFORK) == 0);
	MUST(mprotect(memory, MIB, PROT_READ | PROT_EXEC) == 0);
	if (syscall(SYS_get_mempolicy, &policy, NULL, 0, NULL, 0) < 0 && errno == ENOSYS)
		return;
	MUST(syscall(SYS_set_mempolicy, MPOL_DEFAULT, NULL, 0) == 0);
	MUST(syscall(SYS_mbind, memory, MIB, MPOL_DEFAULT, NULL, 0, 0) == 0);
	MUST(syscall(SYS_move_pages, 0, 1, pages, NULL, &status, 0) == 0);
}

/* All sizes there are, and how many of each. Not every kernel has any. */
void looks_for_huge_pages(void)
{
	static const char directory[] = "/sys/kernel/mm/hugepages";
	DIR *sizes = opendir(directory);
	struct dirent *entry;
	char path[512], digit;

	MUST(sizes || errno == ENOENT);
	while (sizes && (entry = readdir(sizes))) {
		int fd;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s/free_hugepages", directory,
			entry->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		MUST(fd >= 0 && read(fd, &digit, 1) == 1);
		close(fd);
	}
}

/* It may lead nowhere. */
void has_a_home(void)
{
	const char *home = getenv("HOME");

	MUST(home && home[0] == '/');
}
