// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Whether a path can be looked at without waiting for ever. Paths come in; where one
 * leads to a mount whose file system another machine or process answers for, a separate
 * process looks first, and has only so much time. Each path is asked for once: what lies
 * behind a link or another mount is not known beforehand. A mount that does not answer is
 * not asked again.
 *
 * Nothing waits except where that is asked for. The root file system is assumed to
 * answer, or nothing would: what lies on it is found by one call, and what lies on
 * another local mount, such as a home, by four. Otherwise, and where there are many
 * paths, the list of mounts is read; most hosts have no such mount.
 *
 * An answer says nothing about the next one: a server may hang between the two. Against a
 * file system that wants to hold up its reader, this is no boundary.
 */
#include "sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>
#include <sys/syscall.h>
#include <linux/openat2.h>

#include "common/autofd.h"
#include "common/file.h"
#include "common/text.h"
#include "sandbox/base/kernel.h"
#include "sandbox/launch.h"
#include "sandbox/mounts.h"
#include "sandbox/walk.h"

/* The kernel's own, which walk() does not enter, and which answer. */
static const char *const kernels_own[] = {"binfmt_misc", "bpf", "cgroup", "cgroup2",
	"configfs", "debugfs", "devpts", "efivarfs", "fusectl", "hugetlbfs", "mqueue",
	"nsfs", "proc", "pstore", "securityfs", "selinuxfs", "tracefs", NULL};

/* So many paths cost less than the list of mounts, on a host with few. */
#define PATHS_BEFORE_MOUNTS 9

/* How long a killed process is waited for. */
#define END_MS 4

/* What is mounted there depends on the name below its point, and may hang by itself. */
#define AUTOFS "autofs"

/* How a look has ended. */
typedef enum { INTERRUPTED, ANSWERED, HUNG } Outcome;

struct SandboxReach {
	uint64_t timeout_us;
	unsigned n_paths; /* before the list of mounts was read */
	bool knows_mounts;
	Walker walker;
	GPtrArray *foreign;   /* mount points of what may not answer */
	GHashTable *answered; /* paths, and the mounts (see find_mount()) they are on */
	GHashTable *hung;     /* likewise; values: the path that was asked for */
	char *reason;         /* what was said of the latest that hangs */
	/* While one is being asked. */
	Launch *look;   /* or NULL */
	Launch *former; /* which has ended, and which somebody may still listen to */
	char *path, *mount;
	uint64_t until_us; /* monotonic */
};

SandboxReach *sandbox_reach_new(uint64_t timeout_us)
{
	SandboxReach *reach = g_new(SandboxReach, 1);

	*reach = (SandboxReach){
		.timeout_us = timeout_us,
		.walker = walker_begin(NULL, false),
		.foreign = g_ptr_array_new_with_free_func(g_free),
		.answered = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.hung = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
	};
	return reach;
}

/* What was killed ends at once, unless its file system holds it even then. */
static void free_former(SandboxReach *reach)
{
	struct pollfd ended = {.events = POLLIN};

	if (!reach->former)
		return;
	ended.fd = launch_fd(reach->former);
	poll(&ended, 1, END_MS);
	launch_free(g_steal_pointer(&reach->former));
}

/* The first path that hangs on a mount that has answered says nothing about the others:
 * it may be a link that leads elsewhere. After that the mount has to answer once more. */
static void note_hung(SandboxReach *reach)
{
	if (!g_hash_table_remove(reach->answered, reach->mount))
		g_hash_table_replace(
			reach->hung, g_strdup(reach->mount), g_strdup(reach->path));
	g_hash_table_replace(reach->hung, g_strdup(reach->path), g_strdup(reach->path));
}

static void end_look(SandboxReach *reach, Outcome outcome)
{
	if (!reach->look)
		return;
	launch_kill(reach->look);
	free_former(reach);
	reach->former = g_steal_pointer(&reach->look);
	if (outcome == HUNG)
		note_hung(reach);
	if (outcome == ANSWERED) {
		g_hash_table_add(reach->answered, g_strdup(reach->path));
		g_hash_table_add(reach->answered, g_strdup(reach->mount));
	}
	g_clear_pointer(&reach->path, g_free);
	g_clear_pointer(&reach->mount, g_free);
}

void sandbox_reach_free(SandboxReach *reach)
{
	if (!reach)
		return;
	end_look(reach, INTERRUPTED);
	free_former(reach);
	g_free(reach->reason);
	walker_clear(&reach->walker);
	g_ptr_array_unref(reach->foreign);
	g_hash_table_unref(reach->answered);
	g_hash_table_unref(reach->hung);
	g_free(reach);
}

/* ---- which mounts ---- */

static bool may_hang(const char *type)
{
	return !mounts_is_local_type(type) && !g_strv_contains(kernels_own, type);
}

static bool is_foreign(const Mount *mount)
{
	/* Each system with systemd has an automounter for binfmt_misc in /proc. Where the
	 * root does not answer, nothing does. */
	return may_hang(mount->type) && !g_str_has_prefix(mount->point, "/proc/") &&
	       !g_str_equal(mount->point, "/");
}

static bool has_foreign(SandboxReach *reach)
{
	const GPtrArray *mounts;

	if (reach->knows_mounts)
		return reach->foreign->len > 0;
	reach->knows_mounts = true;
	mounts = walker_mounts(&reach->walker);
	for (guint i = 0; i < mounts->len; i++) {
		const Mount *mount = mounts->pdata[i];

		if (is_foreign(mount))
			g_ptr_array_add(reach->foreign, g_strdup(mount->point));
	}
	return reach->foreign->len > 0;
}

/* Whether the kernel knows the way to @path without asking any file system, and @but
 * forbids nothing on it. Else errno says why not. */
static bool is_cached(const char *path, uint64_t but)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = KERNEL_RESOLVE_CACHED | but,
	};
	autofd fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);

	return fd >= 0;
}

/* Whether the way to @path, or to where it ends, leaves the root's mount nowhere, or for
 * local ones only, as far as the kernel knows. */
static bool is_at_hand(SandboxReach *reach, const char *path)
{
	if (reach->knows_mounts || ++reach->n_paths > PATHS_BEFORE_MOUNTS)
		return false;
	return is_cached(path, RESOLVE_NO_XDEV) || errno == ENOENT ||
	       mounts_are_local(path);
}

/* Whether the kernel knows the way to @path, and it leads through no link and no such
 * mount. Of all others walk() finds the way. */
static bool is_near(const SandboxReach *reach, const char *path)
{
	/* As mount points are written. */
	if (strstr(path, "/.") || strstr(path, "//"))
		return false;
	for (guint i = 0; i < reach->foreign->len; i++)
		if (g_str_has_prefix(path, reach->foreign->pdata[i]))
			return false;
	return is_cached(path, RESOLVE_NO_SYMLINKS);
}

/* Returns: (transfer full): what hangs as a whole if @path hangs, which leads to @way:
 * the innermost mount; of autofs, what is below one name; or the path alone. */
static char *find_mount(const SandboxReach *reach, const char *path, const Walked *way)
{
	const char *point = way->end.directory, *below;

	if (!way->foreign_type || !may_hang(way->foreign_type))
		return g_strdup(path);
	for (guint i = 0; i < reach->foreign->len; i++)
		if (file_is_at_or_below(way->end.path, reach->foreign->pdata[i]) &&
			strlen(reach->foreign->pdata[i]) > strlen(point))
			point = reach->foreign->pdata[i];
	if (!g_str_equal(point, way->end.directory) ||
		!g_str_equal(way->foreign_type, AUTOFS))
		return g_strdup(point);
	below = way->end.path + strlen(point);
	below += strspn(below, "/");
	return g_strndup(
		way->end.path, (gsize)(below + strcspn(below, "/") - way->end.path));
}

/* Whether it is certain that a look at @path, which leads to @way, does not hang. Beyond
 * links of /proc anything may lie. */
static bool is_safe(bool found, const Walked *way)
{
	if (!found || !way->foreign_type)
		return found || way->absent;
	return !may_hang(way->foreign_type) &&
	       (!g_str_equal(way->foreign_type, "proc") ||
		       g_str_equal(way->end.path, way->end.directory));
}

/* ---- asking ---- */

static uint64_t now_us(void)
{
	return (uint64_t)g_get_monotonic_time();
}

/* One that was killed has found out nothing. */
static void settle(SandboxReach *reach)
{
	int failure, status;

	if (launch_has_ended(reach->look))
		end_look(reach, launch_status(reach->look, &failure, &status)
					? ANSWERED
					: INTERRUPTED);
	else if (now_us() >= reach->until_us)
		end_look(reach, HUNG);
}

/* Where no process can be started, it is looked at anyway: the call will fail for that
 * reason, or does not need any. */
static SandboxReached ask(SandboxReach *reach, const char *path, const char *mount)
{
	reach->look = launch_look(path);
	if (!reach->look)
		return SANDBOX_REACHED;
	reach->path = g_strdup(path);
	reach->mount = g_strdup(mount);
	reach->until_us = now_us() + reach->timeout_us;
	return SANDBOX_REACH_WAITS;
}

/* Returns: (transfer full): for people. The mount is not always known. */
static char *explain(const SandboxReach *reach, const Walked *way, const char *asked)
{
	bool known = way->foreign_type && may_hang(way->foreign_type);
	g_autofree char *timeout = text_seconds(reach->timeout_us);
	g_autofree char *where = known ? g_strdup_printf("of type %s, mounted on %s, ",
						 way->foreign_type, way->end.directory)
				       : g_strdup("");

	return g_strdup_printf(
		"lies on a file system %swhich did not answer within %s "
		"when %s was looked at; check whether its server still runs",
		where, timeout, asked);
}

SandboxReached sandbox_reach(SandboxReach *reach, const char *path)
{
	g_auto(Walked) way = {0};
	g_autofree char *mount = NULL;
	const char *asked;

	if (!reach || is_at_hand(reach, path) ||
		(!has_foreign(reach) && !g_str_has_prefix(path, "/proc/")))
		return SANDBOX_REACHED;
	if (reach->look)
		settle(reach);
	if (reach->look)
		return SANDBOX_REACH_WAITS;
	if (g_hash_table_contains(reach->answered, path) || is_near(reach, path))
		return SANDBOX_REACHED;
	walker_renew(&reach->walker);
	if (is_safe(walk(&reach->walker, path, &way), &way))
		return SANDBOX_REACHED;
	mount = find_mount(reach, path, &way);
	asked = g_hash_table_lookup(reach->hung, path);
	if (!asked)
		asked = g_hash_table_lookup(reach->hung, mount);
	if (!asked)
		return ask(reach, path, mount);
	g_free(reach->reason);
	reach->reason = explain(reach, &way, asked);
	return SANDBOX_UNREACHED;
}

const char *sandbox_reach_hung(const SandboxReach *reach)
{
	return reach->reason;
}

const char *sandbox_reach_waits_for(const SandboxReach *reach)
{
	return reach ? reach->path : NULL;
}

int sandbox_reach_fd(const SandboxReach *reach)
{
	return reach->look ? launch_fd(reach->look) : -1;
}

uint64_t sandbox_reach_wake_time(const SandboxReach *reach)
{
	return reach->look ? reach->until_us : 0;
}

void sandbox_reach_wait(const SandboxReach *reach)
{
	struct pollfd ended = {.fd = sandbox_reach_fd(reach), .events = POLLIN};
	uint64_t now = now_us();

	if (reach->look && now < reach->until_us)
		poll(&ended, 1, (int)MIN((reach->until_us - now) / 1000 + 1, G_MAXINT));
}

bool sandbox_reach_now(SandboxReach *reach, const char *path)
{
	SandboxReached reached;

	while ((reached = sandbox_reach(reach, path)) == SANDBOX_REACH_WAITS)
		sandbox_reach_wait(reach);
	return reached == SANDBOX_REACHED;
}
