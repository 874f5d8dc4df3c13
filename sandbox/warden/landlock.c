// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Landlock by its system calls; there is no C library for it. This file makes the domain
 * of the warden, which all programs are in; landlock-run.c adds one for each run.
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
#include <unistd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "common/autofd.h"
#include "common/blame.h"
#include "sandbox/base/kernel.h"
#include "sandbox/base/paths.h"
#include "sandbox/base/protocol.h"
#include "sandbox/warden/landlock-calls.h"

/* What each ABI added; the highest that both the kernel and this table have is used. */
static const struct {
	LandlockRights rights;
	size_t size; /* of struct landlock_ruleset_attr: an older kernel refuses a longer
			one */
} handled[] = {
	[1] = {{(1u << 13) - 1, 0, 0}, 8},
	[2] = {{(1u << 14) - 1, 0, 0}, 8},  /* REFER */
	[3] = {{(1u << 15) - 1, 0, 0}, 8},  /* TRUNCATE */
	[4] = {{(1u << 15) - 1, 3, 0}, 16}, /* BIND_TCP, CONNECT_TCP */
	[5] = {{(1u << 16) - 1, 3, 0}, 16}, /* IOCTL_DEV */
	[6] = {{(1u << 16) - 1, 3, 3}, 24}, /* ABSTRACT_UNIX_SOCKET, SIGNAL */
	[7] = {{(1u << 16) - 1, 3, 3}, 24}, /* what is logged: landlock_restrict_self() */
	[8] = {{(1u << 16) - 1, 3, 3}, 24}, /* TSYNC, for threads: here is only one */
	[9] = {{(1u << 17) - 1, 3, 3}, 24}, /* RESOLVE_UNIX */
};

#define NEWEST_ABI ((int)(sizeof handled / sizeof *handled) - 1)

typedef struct {
	uint64_t allowed;
	int32_t parent_fd;
} __attribute__((packed)) PathBeneathAttr;

typedef struct {
	const char *path;
	uint64_t allowed;
} Rule;

/* a shell's >/dev/null; what is written to the random ones is mixed in, and counts for
 * nothing: only ioctls make it count, and they take root */
#define DEVICES                                                                          \
	{"/dev/null", READ_WRITE}, {"/dev/zero", READ_WRITE}, {"/dev/full", READ_WRITE}, \
		{"/dev/random", READ_WRITE},                                             \
	{                                                                                \
		"/dev/urandom", READ_WRITE                                               \
	}

/* In a root in which everything may be read. */
static const Rule private_rules[] = {
	{"/", FS_EXECUTE | READ},
	DEVICES,
};

/* In the host's root, beside the system's directories and the plan's. For /proc see
 * landlock-run.c. */
static const Rule host_rules[] = {
	DEVICES,
};

int landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);

	return abi < 0 ? 0 : (int)abi;
}

int landlock_create(const LandlockRights *rights, size_t size, int *ret_ruleset)
{
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, rights, size, 0);

	if (ruleset < 0)
		return errno;
	*ret_ruleset = ruleset;
	return 0;
}

/*
 * No denial is logged: neither those that the canaries provoke in each room, nor those
 * that a program causes again and again, which would fill the log of the host. Nor those
 * of a domain that a program makes for itself: otherwise it could have its own denials
 * logged.
 */
#define LOG_SAME_EXEC_OFF  (1u << 0)
#define LOG_SUBDOMAINS_OFF (1u << 2)

int landlock_enter(int ruleset)
{
	long r = syscall(SYS_landlock_restrict_self, ruleset,
		LOG_SAME_EXEC_OFF | LOG_SUBDOMAINS_OFF);

	/* Before ABI 7 there are no flags, and nothing is logged. */
	if (r < 0 && errno == EINVAL)
		r = syscall(SYS_landlock_restrict_self, ruleset, 0);
	return r < 0 ? errno : 0;
}

int landlock_add_rule(int ruleset, int fd, uint64_t allowed)
{
	PathBeneathAttr rule = {.allowed = allowed, .parent_fd = fd};
	struct stat st;

	if (fstat(fd, &st) < 0)
		return errno;
	if (!S_ISDIR(st.st_mode))
		rule.allowed &= FS_EXECUTE | READ_WRITE | FS_IOCTL_DEV;
	return syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) < 0
		       ? errno
		       : 0;
}

/* A path that is not there, or cannot be looked up, stays denied. So does a link: its
 * target is one of the system's paths as well, or in the plan, or not to be shown. */
static int add_path(int ruleset, const char *path, uint64_t allowed)
{
	autofd fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return blame_is_shortage(errno) ? errno : 0;
	if (fstat(fd, &st) == 0 && S_ISLNK(st.st_mode))
		return 0;
	return landlock_add_rule(ruleset, fd, allowed);
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

/* A link's target is allowed by its own path, or not at all. */
static int add_entry(int ruleset, int etc, const char *name, const struct stat *preload)
{
	autofd fd = openat(etc, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return blame_is_shortage(errno) ? errno : 0;
	if (is_same_file(&st, preload) || (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
		return 0;
	return landlock_add_rule(ruleset, fd, FS_EXECUTE | READ);
}

/* Entry by entry, since nothing can be taken out of a directory that is allowed. */
static int add_entries_of_etc(int ruleset, DIR *etc, const struct stat *preload)
{
	const struct dirent *entry;
	int r = 0;

	while (!r && (errno = 0, entry = readdir(etc)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			r = add_entry(ruleset, dirfd(etc), entry->d_name, preload);
	return r ? r : errno;
}

static int add_etc(int ruleset)
{
	DIR *etc = opendir(SANDBOX_ETC);
	struct stat preload = {0};
	int r;

	/* It cannot be listed. */
	if (!etc)
		return blame_is_shortage(errno) ? errno
						: add_all(ruleset, sandbox_etc_paths);
	/* Each rule costs every run something. */
	if (fstatat(dirfd(etc), SANDBOX_PRELOAD, &preload, 0) < 0 && errno == ENOENT)
		r = add_path(ruleset, SANDBOX_ETC, FS_EXECUTE | READ);
	else
		r = add_entries_of_etc(ruleset, etc, &preload);
	closedir(etc);
	return r;
}

/* What may be done below an entry of the plan. */
static uint64_t rights_of(char mark)
{
	switch (mark) {
	case PLAN_DEVICE:
		/* They are exposed for the sake of their ioctls. */
		return READ_WRITE | FS_IOCTL_DEV;
	case PLAN_DEVICES:
		return FS_READ_DIR;
	case PLAN_LINK:
		return 0;
	default:
		return FS_EXECUTE | READ;
	}
}

/* Adds the entries that are devices and, unless @devices_only, the others. In the host's
 * root no mount keeps a device closed, not even one below a directory in which files can
 * be read. */
static int add_entries(
	int ruleset, const Plan *plan, bool devices_only, uint64_t handled_fs)
{
	const char *entry = plan->entries;
	int r = 0;

	for (unsigned i = 0; !r && i < plan->n_entries; i++, entry += strlen(entry) + 1) {
		uint64_t allowed = rights_of(*entry) & handled_fs;
		bool device = *entry == PLAN_DEVICE, detached;
		autofd fd = -1;

		if (!allowed || (devices_only && !device))
			continue;
		fd = plan_open(plan, i, entry, &detached);
		if (fd < 0)
			r = blame_is_shortage(errno) ? errno : 0;
		else if (is_device(fd) == device)
			r = landlock_add_rule(ruleset, fd, allowed);
	}
	return r;
}

/* What is shown of the host's root. */
static int add_host(int ruleset, const LandlockHost *host, uint64_t handled_fs)
{
	int r = add_rules(
		ruleset, host_rules, sizeof host_rules / sizeof *host_rules, handled_fs);

	if (!r)
		r = add_all(ruleset, sandbox_system_paths);
	if (!r)
		r = host->shows_etc ? add_etc(ruleset)
				    : add_all(ruleset, sandbox_etc_paths);
	return r ? r : add_entries(ruleset, host->plan, false, handled_fs);
}

/*
 * Uses as much as the kernel handles: what the number of its ABI promises, or what an
 * older ABI does if the kernel does not keep the promise. Returns: 0 or an errno value.
 */
static int create_newest(int abi, int *ret_known, int *ret_ruleset)
{
	int known = abi < NEWEST_ABI ? abi : NEWEST_ABI, r;

	do {
		r = landlock_create(
			&handled[known].rights, handled[known].size, ret_ruleset);
	} while ((r == EINVAL || r == E2BIG) && --known > 0);
	*ret_known = known;
	return r;
}

int landlock_prepare(
	int *abi, const LandlockHost *host, const Plan *plan, int *ret_ruleset)
{
	autofd ruleset = -1;
	int known, r = create_newest(*abi, &known, &ruleset);
	uint64_t fs;

	if (r)
		return r;
	fs = handled[known].rights.fs;
	if (host) {
		r = add_host(ruleset, host, fs);
		/* The domain of each run takes this away again, except for a few files.
		 */
		if (!r)
			r = add_path(ruleset, "/proc", READ);
	} else {
		r = add_rules(ruleset, private_rules,
			sizeof private_rules / sizeof *private_rules, fs);
		if (!r)
			r = add_entries(ruleset, plan, true, fs);
	}
	if (r)
		return r;
	*abi = known;
	*ret_ruleset = steal_fd(&ruleset);
	return 0;
}

int landlock_allow_making(int abi, int ruleset, const char *path)
{
	return add_path(ruleset, path, MAKE & handled[abi].rights.fs);
}

/* ---- canaries ---- */

/* In the host's root none of them is shown unless it is exposed. The first is closed to
 * others on some hosts. */
static const char *const listed_directories[] = {
	"/", "/dev", "/sys", "/run", "/var", "/tmp"};

static const char *listed; /* the one to be refused; or NULL */

static int open_list(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Whether @plan shows all that is in @path. */
static bool is_exposed(const Plan *plan, const char *path)
{
	const char *entry = plan->entries;

	for (unsigned i = 0; i < plan->n_entries; i++, entry += strlen(entry) + 1)
		if (strcmp(plan_entry_path(entry), "/") == 0 ||
			strcmp(plan_entry_path(entry), path) == 0)
			return true;
	return false;
}

int landlock_canary_host_prepare(const LandlockHost *host)
{
	for (size_t i = 0; i < sizeof listed_directories / sizeof *listed_directories;
		i++) {
		const char *path = listed_directories[i];
		autofd fd = -1;

		if (is_exposed(host->plan, path))
			continue;
		fd = open_list(path);
		if (fd < 0 && blame_is_shortage(errno))
			return errno;
		if (fd >= 0) {
			listed = path;
			return 0;
		}
	}
	return ENOENT;
}

int landlock_canary_host(void)
{
	autofd fd = -1;

	if (!listed)
		return ENOENT;
	fd = open_list(listed);
	if (fd >= 0)
		return EEXIST;
	return errno == EACCES ? 0 : errno;
}

int landlock_canary_making(int directory)
{
	if (mknodat(directory, "canary", S_IFCHR | 0600, makedev(1, 3)) == 0) {
		unlinkat(directory, "canary", 0);
		return EEXIST;
	}
	/* It was only the lack of a capability, for which Landlock does not wait. */
	if (errno == EPERM)
		return EEXIST;
	return errno == EACCES ? 0 : errno;
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
	/* So that its silence means something later. */
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
