// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The outer process: phase 2.
 *
 * Should have one id only and the groups of exposed devices, clone pid 1 of the room as
 * its sibling, with a user and a pid namespace, write its id maps, and end, because it
 * has the caller's privileges. Must not enter any namespace, nor run anything.
 *
 * Where a user namespace is available, but not its id maps (restrictions, a read-only
 * /proc), the room is made once more without it. Where neither namespace is available,
 * this process is the inner one.
 */
#include "sandbox/warden/outer.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/keyctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "common/autofd.h"
#include "common/blame.h"
#include "sandbox/base/paths.h"
#include "sandbox/base/root.h"
#include "sandbox/warden/control.h"
#include "sandbox/warden/inner.h"

#define BIT SANDBOX_LAYER_BIT

/* The user and the pid namespace, or what is available of them. */
static const struct {
	int flags;
	uint32_t layers;
} ways[] = {
	{CLONE_NEWUSER | CLONE_NEWPID, BIT(SANDBOX_LAYER_USER) | BIT(SANDBOX_LAYER_PID)},
	{CLONE_NEWUSER, BIT(SANDBOX_LAYER_USER)},
	{CLONE_NEWPID, BIT(SANDBOX_LAYER_PID)},
};

static void note_missing(WardenReport *report, uint32_t layers, int errnum)
{
	for (int layer = 0; layer < SANDBOX_N_LAYERS; layer++)
		if (layers & BIT(layer))
			report->missing_errno[layer] = errnum;
}

static void note_held(WardenReport *report, uint32_t layers)
{
	report->held |= layers;
	note_missing(report, layers, 0);
}

/* ---- ids ---- */

/* The file says it, not the number: in a user namespace root can have any. */
static bool owns_etc(uid_t uid)
{
	struct stat st;

	return stat(SANDBOX_ETC, &st) < 0 || st.st_uid == uid;
}

/*
 * A process with two ids is not dumpable, and then nobody can write the maps of its
 * clones. An id that cannot be given up shows when the room is proven.
 */
static void have_one_id(uid_t uid, gid_t gid)
{
	uid_t uids[3];
	gid_t gids[3];

	if (getresgid(&gids[0], &gids[1], &gids[2]) == 0 &&
		(gids[0] != gid || gids[2] != gid) && setresgid(gid, gid, gid) < 0)
		errno = 0;
	if (getresuid(&uids[0], &uids[1], &uids[2]) == 0 &&
		(uids[0] != uid || uids[2] != uid) && setresuid(uid, uid, uid) < 0)
		errno = 0;
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

/*
 * Takes the groups that open exposed devices, and no others. This must happen now, since
 * in a user namespace they have no names, and cannot be taken any more; a process keeps
 * those that it has. Where that is refused (no CAP_SETGID) the devices stay as closed as
 * they are.
 */
static void have_groups(Birth *birth, const Message *open)
{
	if (open->open.n_groups > WARDEN_GROUPS_MAX)
		_exit(EXIT_PROTOCOL);
	for (unsigned i = 0; i < open->open.n_groups; i++) {
		birth->groups[i] = open->open.groups[i];
		if (birth->groups[i] == 0)
			_exit(EXIT_PROTOCOL);
	}
	if (!birth->root || (birth->without & BIT(SANDBOX_LAYER_UID)) ||
		!open->open.n_groups)
		return;
	if (setgroups(open->open.n_groups, birth->groups) == 0)
		birth->n_groups = open->open.n_groups;
	else if (blame_is_shortage(errno))
		control_shortage(errno);
}

/*
 * Makes a session keyring of the room's own, in place of the caller's with all that it
 * holds: passwords, tickets of network file systems. This happens now, since the keyring
 * counts for the caller's id, and root's may have more. Where the id has as many as it
 * may (EDQUOT), or the kernel has no keyrings, the caller's stays: programs can do
 * nothing with keys, nor see any.
 */
static void have_own_keyring(void)
{
	syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
}

/*
 * Opens the directory of a process in /proc, which may show another pid namespace: then
 * the descriptor says which number it has there, if any. A number that was freed
 * meanwhile may be a stranger's.
 *
 * Returns: a descriptor, or -1 with errno (ESRCH: /proc does not show it).
 */
static int open_process(int pid_fd)
{
	char path[64], text[512] = "";
	autofd info = -1, directory = -1;
	const char *line;
	ssize_t n;

	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", pid_fd);
	info = open(path, O_RDONLY | O_CLOEXEC);
	if (info < 0)
		return -1;
	n = read(info, text, sizeof text - 1);
	line = n > 0 ? strstr(text, "Pid:") : NULL;
	errno = ESRCH;
	if (!line || strtol(line + strlen("Pid:"), NULL, 10) <= 0)
		return -1;
	snprintf(path, sizeof path, "/proc/%ld", strtol(line + strlen("Pid:"), NULL, 10));
	directory = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return -1;
	if (poll(&(struct pollfd){.fd = pid_fd, .events = POLLIN}, 1, 0) != 0) {
		errno = ESRCH;
		return -1;
	}
	return steal_fd(&directory);
}

/* Returns: 0 or an errno value. */
static int write_file(int process, const char *name, const char *text)
{
	autofd fd = openat(process, name, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return errno;
	return write(fd, text, strlen(text)) < 0 ? errno : 0;
}

static int write_map(int process, const char *name, unsigned outside)
{
	char map[64];

	snprintf(map, sizeof map, "%d %u 1", SANDBOX_INSIDE_ID, outside);
	return write_file(process, name, map);
}

/* Whether the id that root's programs have outside has a name in this user namespace, for
 * which the kernel looks before it asks who may do this to @fd, which nobody else has. */
static bool has_nobody(int fd)
{
	return fchown(fd, SANDBOX_INSIDE_ID, SANDBOX_INSIDE_ID) == 0 || errno != EINVAL;
}

/*
 * Root maps an id that is not its own, so that limits on processes count only the
 * programs. Others may not: they map their own, and then setgroups() has to be denied (it
 * could drop a group that is there to deny something). @fd: see has_nobody()
 */
static int write_maps(int pid_fd, int fd, const Birth *birth, Mapped *ret_mapped)
{
	autofd process = open_process(pid_fd);
	int r = EPERM;

	*ret_mapped = MAPPED_NOBODY;
	if (process < 0)
		return errno;
	/* The groups first: where that fails nothing is half done. */
	if (birth->root)
		r = write_map(process, "gid_map", SANDBOX_INSIDE_ID);
	if (!r)
		return write_map(process, "uid_map", SANDBOX_INSIDE_ID);
	if (birth->root)
		*ret_mapped = has_nobody(fd) ? MAPPED_ROOT : MAPPED_UNNAMED;
	r = write_file(process, "setgroups", "deny");
	if (!r)
		r = write_map(process, "uid_map", birth->uid);
	return r ? r : write_map(process, "gid_map", birth->gid);
}

/* ---- birth ---- */

/* As a sibling, so that no process with the caller's privileges has to stay. */
static pid_t clone_sibling(int flags, int *ret_pid_fd)
{
	long pid = syscall(SYS_clone, flags | CLONE_PARENT | CLONE_PIDFD, NULL,
		ret_pid_fd, NULL, NULL);

	/* It may have been written before the failure, and means nothing then. */
	if (pid < 0)
		*ret_pid_fd = -1;
	return (pid_t)pid;
}

/*
 * Clones the inner process with @flags, and ends. Returns: only where the clone or its
 * maps are not available: the errno value, and in *@ret_blamed the layers for which it is
 * noted.
 */
static int try_way(Birth *birth, int flags, uint32_t layers, uint32_t *ret_blamed)
{
	int pipe_ends[2] = {-1, -1}, r = 0;
	autofd pid_fd = -1;
	Mapped mapped = MAPPED_NOBODY;
	pid_t pid;

	*ret_blamed = layers;
	if (pipe2(pipe_ends, O_CLOEXEC) < 0)
		return errno;
	pid = clone_sibling(flags, &pid_fd);
	if (pid == 0) {
		close(pipe_ends[1]);
		note_held(&birth->report, layers);
		inner_live(birth, pipe_ends[0]);
	}
	r = pid < 0 ? errno : 0;
	close(pipe_ends[0]);
	if (!r && (flags & CLONE_NEWUSER)) {
		*ret_blamed = BIT(SANDBOX_LAYER_USER);
		r = write_maps(pid_fd, pipe_ends[1], birth, &mapped);
	}
	if (!r && write(pipe_ends[1], &(char){(char)mapped}, 1) == 1)
		_exit(EXIT_DONE);
	/* Without an answer it ends, and so does all that it has made. */
	close(pipe_ends[1]);
	if (pid > 0)
		poll(&(struct pollfd){.fd = pid_fd, .events = POLLIN}, 1, -1);
	return r;
}

void outer_live(const Message *open)
{
	Birth birth = {
		.level = (SandboxLevel)open->open.level,
		.without = open->open.without,
		.uid = geteuid(),
		.gid = getegid(),
	};
	uint32_t wanted = ~birth.without;

	if (open->open.level > SANDBOX_LEVEL_FULL)
		_exit(EXIT_PROTOCOL);
	have_one_id(birth.uid, birth.gid);
	birth.root = sandbox_is_root(birth.uid);
	have_groups(&birth, open);
	/* Without a sandbox a program is what the caller is. */
	if (wanted & SANDBOX_ALL_LAYERS)
		have_own_keyring();
	birth.own_etc = !birth.root && owns_etc(birth.uid);
	/* It dies with its parent, which dies by force only where this process is stuck.
	 * This was set before exec, but a change of ids resets it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		uint32_t blamed;
		int r;

		if (ways[i].layers & ~wanted)
			continue;
		r = try_way(&birth, ways[i].flags, ways[i].layers, &blamed);
		if (blame_is_shortage(r))
			control_shortage(r);
		note_missing(&birth.report, blamed, r);
		/* Its maps would fail again. */
		if (!(blamed & BIT(SANDBOX_LAYER_PID)) &&
			(ways[i].layers & BIT(SANDBOX_LAYER_PID)))
			wanted &= ~BIT(SANDBOX_LAYER_USER);
	}
	inner_live(&birth, -1);
}
