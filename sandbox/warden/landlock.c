// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Landlock by its system calls; there is no C library for it. The constants stand here
 * because the headers of the oldest supported distribution know the first two ABIs only.
 */
#include "sandbox/warden/landlock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "common/autofd.h"
#include "sandbox/base/kernel.h"
#include "sandbox/base/paths.h"
#include "sandbox/base/protocol.h"

#define FS_EXECUTE    (1u << 0)
#define FS_WRITE_FILE (1u << 1)
#define FS_READ_FILE  (1u << 2)
#define FS_READ_DIR   (1u << 3)
#define FS_TRUNCATE   (1u << 14)

#define SCOPE_SIGNAL (1u << 1)

#define CREATE_RULESET_VERSION (1u << 0)
#define RULE_PATH_BENEATH      1

/* What each ABI added; the highest that the kernel has or that stands here is used. */
static const struct {
	uint64_t fs, net, scoped;
	size_t size; /* of struct landlock_ruleset_attr: an older kernel refuses a longer
			one */
} handled[] = {
	[1] = {(1u << 13) - 1, 0, 0, 8},
	[2] = {(1u << 14) - 1, 0, 0, 8},  /* REFER */
	[3] = {(1u << 15) - 1, 0, 0, 8},  /* TRUNCATE */
	[4] = {(1u << 15) - 1, 3, 0, 16}, /* BIND_TCP, CONNECT_TCP */
	[5] = {(1u << 16) - 1, 3, 0, 16}, /* IOCTL_DEV */
	[6] = {(1u << 16) - 1, 3, 3, 24}, /* ABSTRACT_UNIX_SOCKET, SIGNAL */
};

#define NEWEST_ABI ((int)(sizeof handled / sizeof *handled) - 1)

typedef struct {
	uint64_t fs, net, scoped;
} RulesetAttr;

typedef struct {
	uint64_t allowed;
	int32_t parent_fd;
} __attribute__((packed)) PathBeneathAttr;

#define READ       (FS_READ_FILE | FS_READ_DIR)
#define READ_WRITE (FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE)

typedef struct {
	const char *path;
	uint64_t allowed;
} Rule;

/* a shell's >/dev/null */
#define DEVICES                                               \
	{"/dev/null", READ_WRITE}, {"/dev/zero", READ_WRITE}, \
	{                                                     \
		"/dev/full", READ_WRITE                       \
	}

/* In a root that holds nothing but what may be read. */
static const Rule private_rules[] = {
	{"/", FS_EXECUTE | READ},
	DEVICES,
};

/* In the host's root, beside the system's directories and the plan's. Of /proc what tells
 * of no process: allocators, runtimes and virtiofsd look there. */
static const Rule host_rules[] = {
	DEVICES,
	{"/dev/random", FS_READ_FILE},
	{"/dev/urandom", FS_READ_FILE},
	{"/proc/cgroups", FS_READ_FILE},
	{"/proc/cpuinfo", FS_READ_FILE},
	{"/proc/filesystems", FS_READ_FILE},
	{"/proc/loadavg", FS_READ_FILE},
	{"/proc/meminfo", FS_READ_FILE},
	{"/proc/stat", FS_READ_FILE}, /* of processors: libuv, libgc, Java */
	{"/proc/sys/fs/file-max", FS_READ_FILE},
	{"/proc/sys/fs/nr_open", FS_READ_FILE},
	{"/proc/sys/kernel/cap_last_cap", FS_READ_FILE},
	{"/proc/sys/kernel/ngroups_max", FS_READ_FILE},
	{"/proc/sys/kernel/osrelease", FS_READ_FILE},
	{"/proc/sys/kernel/pid_max", FS_READ_FILE},
	{"/proc/sys/kernel/random/boot_id", FS_READ_FILE},
	{"/proc/sys/kernel/random/uuid", FS_READ_FILE},
	{"/proc/sys/kernel/threads-max", FS_READ_FILE},
	{"/proc/sys/vm/max_map_count", FS_READ_FILE},
	{"/proc/sys/vm/overcommit_memory", FS_READ_FILE},
	{"/proc/uptime", FS_READ_FILE},
	{"/proc/version", FS_READ_FILE},
};

int landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);

	return abi < 0 ? 0 : (int)abi;
}

/* Allows @allowed below what @fd is open on, as far as that kind of file knows it. */
static int add_rule(int ruleset, int fd, uint64_t allowed)
{
	PathBeneathAttr rule = {.allowed = allowed, .parent_fd = fd};
	struct stat st;

	if (fstat(fd, &st) < 0)
		return errno;
	if (!S_ISDIR(st.st_mode))
		rule.allowed &= FS_EXECUTE | READ_WRITE;
	return syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) < 0
		       ? errno
		       : 0;
}

/* What is not there, or cannot be looked up, stays denied. */
static int add_path(int ruleset, const char *path, uint64_t allowed)
{
	autofd fd = open(path, O_PATH | O_CLOEXEC);

	return fd < 0 ? 0 : add_rule(ruleset, fd, allowed);
}

static int add_rules(int ruleset, const Rule *rules, size_t n, uint64_t handled_fs)
{
	int r = 0;

	for (size_t i = 0; !r && i < n; i++)
		r = add_path(ruleset, rules[i].path, rules[i].allowed & handled_fs);
	return r;
}

static bool is_device(int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 || S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode);
}

static int add_all(int ruleset, const char *const *paths)
{
	int r = 0;

	for (; !r && *paths; paths++)
		r = add_path(ruleset, *paths, FS_EXECUTE | READ);
	return r;
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* What a link leads to is allowed where it lies, or not. */
static int add_entry(int ruleset, int etc, const char *name, const struct stat *preload)
{
	autofd fd = openat(etc, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return sandbox_is_shortage(errno) ? errno : 0;
	if (is_same_file(&st, preload) || (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
		return 0;
	return add_rule(ruleset, fd, FS_EXECUTE | READ);
}

/* Entry by entry, since nothing can be taken out of a directory that is allowed. */
static int add_etc(int ruleset)
{
	DIR *etc = opendir(SANDBOX_ETC);
	const struct dirent *entry;
	struct stat preload = {0};
	int r = 0;

	/* It cannot be listed. */
	if (!etc)
		return sandbox_is_shortage(errno) ? errno
						  : add_all(ruleset, sandbox_etc_paths);
	fstatat(dirfd(etc), SANDBOX_PRELOAD, &preload, 0);
	while (!r && (errno = 0, entry = readdir(etc)))
		if (entry->d_name[0] != '.')
			r = add_entry(ruleset, dirfd(etc), entry->d_name, &preload);
	if (!r && errno)
		r = errno;
	closedir(etc);
	return r;
}

static int add_host_rules(
	int ruleset, const char *paths, bool shows_etc, uint64_t handled_fs)
{
	int r = add_rules(
		ruleset, host_rules, sizeof host_rules / sizeof *host_rules, handled_fs);

	if (!r)
		r = add_all(ruleset, sandbox_system_paths);
	if (!r)
		r = shows_etc ? add_etc(ruleset) : add_all(ruleset, sandbox_etc_paths);
	for (; !r && *paths; paths += strlen(paths) + 1) {
		autofd fd = sys_open_real_path(paths);

		/* No mount keeps a device closed here. */
		if (fd >= 0 && !is_device(fd))
			r = add_rule(ruleset, fd, FS_EXECUTE | READ);
	}
	return r;
}

int landlock_prepare(int abi, const char *paths, bool shows_etc, int *ret_ruleset)
{
	int known = abi < NEWEST_ABI ? abi : NEWEST_ABI;
	RulesetAttr attr = {handled[known].fs, handled[known].net, handled[known].scoped};
	autofd ruleset =
		(int)syscall(SYS_landlock_create_ruleset, &attr, handled[known].size, 0);
	int r;

	if (ruleset < 0)
		return errno;
	r = paths ? add_host_rules(ruleset, paths, shows_etc, attr.fs)
		  : add_rules(ruleset, private_rules,
			    sizeof private_rules / sizeof *private_rules, attr.fs);
	if (r)
		return r;
	*ret_ruleset = steal_fd(&ruleset);
	return 0;
}

int landlock_enter(int ruleset)
{
	return syscall(SYS_landlock_restrict_self, ruleset, 0) < 0 ? errno : 0;
}

int landlock_keep_signals_in(void)
{
	RulesetAttr attr = {.scoped = SCOPE_SIGNAL};
	autofd ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr,
		handled[LANDLOCK_ABI_SIGNALS].size, 0);

	if (ruleset < 0)
		return errno;
	return syscall(SYS_landlock_restrict_self, ruleset, 0) < 0 ? errno : 0;
}

/* ---- canaries ---- */

int landlock_canary_files(void)
{
	/* Everybody may, and no read-only mount keeps anyone from a device. */
	autofd fd = open("/dev/urandom", O_WRONLY | O_CLOEXEC);

	if (fd >= 0)
		return EEXIST;
	return errno == EACCES || errno == ENOENT ? 0 : errno;
}

static struct {
	pid_t pid;
	int lifeline; /* it ends when this is closed */
} outsider = {0, -1};

int landlock_canary_signals_prepare(void)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return errno;
	outsider.pid = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
	if (outsider.pid == 0) {
		char nothing;

		close(ends[1]);
		while (read(ends[0], &nothing, 1) < 0 && errno == EINTR)
			;
		_exit(0);
	}
	close(ends[0]);
	outsider.lifeline = ends[1];
	if (outsider.pid < 0)
		return errno;
	/* So that its silence will mean something. */
	return kill(outsider.pid, 0) < 0 ? errno : 0;
}

int landlock_canary_signals(void)
{
	int r = EEXIST;

	if (outsider.pid > 0 && kill(outsider.pid, 0) < 0)
		r = errno == EPERM ? 0 : errno;
	close_fd(&outsider.lifeline);
	if (outsider.pid > 0)
		waitpid(outsider.pid, NULL, __WALL);
	return r;
}
