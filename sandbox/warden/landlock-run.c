// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The domain of one run, within the warden's: no signal leaves it, and where the host's
 * /proc is shown, a program can read only its own entries there, and some files.
 *
 * Domains can only take away. So the warden's domain allows all of /proc. The domain of a
 * run allows whole trees, in which the warden's has chosen already, and of /proc only
 * some files and the entries of the process that enters it. These few rules are made for
 * each run. A program that this one becomes by execve() keeps them; what it forks does
 * not have its own, since a rule is about a file, and their entries are other files.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "common/autofd.h"
#include "common/blame.h"
#include "sandbox/base/kernel.h"
#include "sandbox/base/paths.h"
#include "sandbox/base/protocol.h"
#include "sandbox/warden/landlock-calls.h"

/*
 * Of /proc/self. Links (exe, cwd, root) need no rule, but their targets do. Not here:
 *   net, task           the host's network: connections and addresses of everybody (in
 *                       task it lies once more for each thread)
 *   mem, clear_refs     to write through
 *   pagemap, map_files  where in the machine's memory something lies; links past every
 *                       directory's permission
 *   stack, syscall, wchan, patch_state
 *                       the kernel from inside
 *   mountstats          the host's network file systems and their servers
 *   ns                  links, all of which can be read as such
 *   timers, io, ksm_*, numa_maps, sched, autogroup, timens_offsets, arch_status, ...
 *                       nobody asks before it says what it can do
 */
static const char *const own_entries[] = {
	"attr", /* labels of security modules: libselinux */
	"auxv", /* the processor's features */
	"cgroup",
	"cmdline",
	"comm",
	"coredump_filter",
	"environ",
	"fd", /* its names: what is open. Their targets need rules of their own */
	"fdinfo",
	"gid_map",
	"limits",
	"loginuid",
	"maps",      /* a main thread's stack: pthread_getattr_np() */
	"mountinfo", /* the host's mounts, which statmount() reports as well */
	"mounts",
	"oom_score",
	"oom_score_adj",
	"personality",
	"projid_map",
	"schedstat",
	"sessionid",
	"setgroups",
	"smaps",
	"smaps_rollup",
	"stat",
	"statm",
	"status",
	"uid_map",
};

/* The files of /proc that describe no process: allocators, runtimes and virtiofsd read
 * them. File by file, since /proc/sys also shows the host's network, and so its
 * interfaces. */
static const char *const shown_of_proc[] = {
	"/proc/cgroups",
	"/proc/cpuinfo",
	"/proc/filesystems",
	"/proc/loadavg",
	"/proc/meminfo",
	"/proc/stat", /* processors: libuv, libgc, Java */
	"/proc/sys/fs/file-max",
	"/proc/sys/fs/nr_open",
	"/proc/sys/kernel/cap_last_cap",
	"/proc/sys/kernel/ngroups_max",
	"/proc/sys/kernel/osrelease",
	"/proc/sys/kernel/pid_max",
	"/proc/sys/kernel/random/boot_id",
	"/proc/sys/kernel/random/uuid",
	"/proc/sys/kernel/threads-max",
	"/proc/sys/vm/max_map_count",
	"/proc/sys/vm/overcommit_memory",
	"/proc/uptime",
	"/proc/version",
};

/* Opens @path for the rules of every run, unless that is done already, or it is a link.
 * What is not there, or cannot be looked up, stays denied. */
static int show(LandlockRun *run, const char *path)
{
	autofd fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return blame_is_shortage(errno) ? errno : 0;
	if (S_ISLNK(st.st_mode))
		return 0;
	for (unsigned i = 0; i < run->n_shown; i++)
		if (run->shown[i].dev == st.st_dev && run->shown[i].ino == st.st_ino)
			return 0;
	if (run->n_shown == LANDLOCK_RUN_SHOWN_MAX)
		return ENOSPC;
	run->shown[run->n_shown].dev = st.st_dev;
	run->shown[run->n_shown].ino = st.st_ino;
	run->shown[run->n_shown++].fd = steal_fd(&fd);
	return 0;
}

/* The directory in "/" that @path lies in; never "/" itself, nor /proc: a rule for these
 * would allow all that is in them. */
static int show_tree(LandlockRun *run, const char *path)
{
	char tree[NAME_MAX + 2];
	size_t length = 1 + strcspn(path + 1, "/");

	if (length == 1 || length >= sizeof tree)
		return 0;
	memcpy(tree, path, length);
	tree[length] = '\0';
	return strcmp(tree, "/proc") == 0 ? 0 : show(run, tree);
}

int landlock_run_open(LandlockRun *run, const LandlockHost *host, bool keeps_signals)
{
	const char *entry = host ? host->plan->entries : "";
	int r = 0;

	*run = (LandlockRun){.shows_host = host != NULL, .keeps_signals = keeps_signals};
	if (!host)
		return 0;
	for (size_t i = 0; !r && i < sizeof shown_of_proc / sizeof *shown_of_proc; i++)
		r = show(run, shown_of_proc[i]);
	for (const char *const *path = sandbox_system_paths; !r && *path; path++)
		r = show_tree(run, *path);
	r = r ? r : show(run, SANDBOX_ETC);
	r = r ? r : show(run, "/dev");
	for (; !r && *entry; entry += strlen(entry) + 1)
		r = show_tree(run, plan_entry_path(entry));
	return r;
}

int landlock_run_prepare(const LandlockRun *run, int *ret_ruleset)
{
	LandlockRights rights = {
		.fs = run->shows_host ? FS_EXECUTE | READ : 0,
		.scoped = run->keeps_signals ? SCOPE_SIGNAL : 0,
	};
	autofd ruleset = -1;
	int r;

	if (!rights.fs && !rights.scoped) {
		*ret_ruleset = -1;
		return 0;
	}
	r = landlock_create(&rights, sizeof rights, &ruleset);
	for (unsigned i = 0; !r && i < run->n_shown; i++)
		r = landlock_add_rule(ruleset, run->shown[i].fd, rights.fs);
	if (r)
		return r;
	*ret_ruleset = steal_fd(&ruleset);
	return 0;
}

/* What /proc does not show stays denied: it may be another pid namespace's, or none. */
static int add_own(int ruleset)
{
	autofd own = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int r = 0;

	if (own < 0)
		return blame_is_shortage(errno) ? errno : 0;
	for (size_t i = 0; !r && i < sizeof own_entries / sizeof *own_entries; i++) {
		autofd fd = openat(own, own_entries[i], O_PATH | O_NOFOLLOW | O_CLOEXEC);

		if (fd >= 0)
			r = landlock_add_rule(ruleset, fd, READ);
		else if (blame_is_shortage(errno))
			r = errno;
	}
	return r;
}

int landlock_run_enter(const LandlockRun *run, int ruleset)
{
	int r;

	if (ruleset < 0)
		return 0;
	r = run->shows_host ? add_own(ruleset) : 0;
	return r ? r : landlock_enter(ruleset);
}

/* ---- canary ---- */

/* It lies beside files that are allowed; everybody may read it otherwise. */
#define NOT_SHOWN_OF_PROC "/proc/sys/kernel/hostname"

static int try_to_read(int dir_fd, const char *path)
{
	autofd fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		return EEXIST;
	/* Another check, for where /proc hides others' processes by itself, or has no
	 * such file. */
	return errno == EACCES || errno == EPERM || errno == ENOENT ? 0 : errno;
}

static int try_to_signal(pid_t other)
{
	if (kill(other, 0) == 0)
		return EEXIST;
	return errno == EPERM ? 0 : errno;
}

/* In a child: @others is the warden's directory in /proc, or -1 where nothing is to be
 * tried there. */
static int try_in_domain(const LandlockRun *run, pid_t warden, int others)
{
	autofd ruleset = -1;
	int r;

	/* The refusal would mean nothing. */
	if (run->keeps_signals && kill(warden, 0) < 0)
		return errno;
	r = landlock_run_prepare(run, &ruleset);
	if (!r)
		r = landlock_run_enter(run, ruleset);
	if (!r && others >= 0)
		r = try_to_read(others, "status");
	if (!r && others >= 0)
		r = try_to_read(AT_FDCWD, NOT_SHOWN_OF_PROC);
	if (!r && run->keeps_signals)
		r = try_to_signal(warden);
	return r;
}

int landlock_canary_run(const LandlockRun *run)
{
	autofd own = run->shows_host
			     ? open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC)
			     : -1;
	autofd shown = own < 0 ? -1 : openat(own, "status", O_RDONLY | O_CLOEXEC);
	pid_t warden = getpid(), pid;
	int status;

	/* As above. */
	if (shown < 0)
		close_fd(&own);
	if (own < 0 && !run->keeps_signals)
		return 0;
	pid = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
	if (pid == 0)
		_exit(try_in_domain(run, warden, own));
	if (pid < 0 || waitpid(pid, &status, __WALL) < 0)
		return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
}
