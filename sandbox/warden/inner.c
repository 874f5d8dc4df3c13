// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The inner process: phases 3 to 5. It builds the room around itself, gives up every
 * privilege, and then serves (supervisor.c); programs inherit from it what they may do.
 *
 * Each layer is tried, even if an earlier one failed, so that the report names all that
 * is missing. The caller decides whether that is enough; nothing runs below the level
 * that it wants.
 */
#include "sandbox/warden/inner.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "common/autofd.h"
#include "common/blame.h"
#include "sandbox/base/inherited.h"
#include "sandbox/base/kernel.h"
#include "sandbox/warden/control.h"
#include "sandbox/warden/ids.h"
#include "sandbox/warden/jail.h"
#include "sandbox/warden/landlock.h"
#include "sandbox/warden/limits.h"
#include "sandbox/warden/network.h"
#include "sandbox/warden/plan.h"
#include "sandbox/warden/seccomp.h"
#include "sandbox/warden/supervisor.h"
#include "sandbox/warden/tmp.h"

typedef struct {
	const Birth *birth;
	WardenReport *report;
	Plan plan;
	Mapped mapped;
	int shortage; /* errno of the shortage that cost a layer; or 0 */
	JailSources *sources;
	LandlockHost host;
	int landlock_abi; /* the one whose rights are used */
} Room;

/* ---- layers ---- */

static bool wants(const Room *room, SandboxLayer layer)
{
	return !(room->birth->without & SANDBOX_LAYER_BIT(layer));
}

/* Notes the result for @layer: held if @errnum is 0. */
static void note(Room *room, SandboxLayer layer, int errnum)
{
	if (blame_is_shortage(errnum))
		room->shortage = errnum;
	if (errnum)
		room->report->held &= ~SANDBOX_LAYER_BIT(layer);
	else
		room->report->held |= SANDBOX_LAYER_BIT(layer);
	room->report->missing_errno[layer] = errnum;
}

static bool holds(const Room *room, SandboxLayer layer)
{
	return room->report->held & SANDBOX_LAYER_BIT(layer);
}

/* Whether programs have root's id, without its capabilities. */
static bool has_roots_id(const Room *room)
{
	const Birth *birth = room->birth;

	return birth->own_etc || (birth->root && !wants(room, SANDBOX_LAYER_UID));
}

/* Programs with root's id must not read the files there that only root may read. */
static bool shows_etc(const Room *room)
{
	return !has_roots_id(room);
}

/* Whether read-only mounts keep all that programs' id owns from being changed. Objects of
 * the kernel that processes share, and that are on no mount, belong to root. */
static bool has_own_files_only(const Room *room)
{
	return holds(room, SANDBOX_LAYER_MOUNT) && !has_roots_id(room);
}

/* ---- 3. separate ---- */

static const struct {
	SandboxLayer layer;
	int flag;
	const char *name; /* in /proc/self/ns */
} namespaces[] = {
	{SANDBOX_LAYER_IPC, CLONE_NEWIPC, "ipc"},
	{SANDBOX_LAYER_UTS, CLONE_NEWUTS, "uts"},
	{SANDBOX_LAYER_CGROUP, CLONE_NEWCGROUP, "cgroup"},
};

/* Returns: 0 if this process left a namespace for a new one, or an errno value. */
static int leave_namespace(int directory, int flag, const char *name)
{
	struct stat before, after;

	if (fstatat(directory, name, &before, 0) < 0 || unshare(flag) < 0 ||
		fstatat(directory, name, &after, 0) < 0)
		return errno;
	return after.st_ino == before.st_ino ? EEXIST : 0;
}

/*
 * Should leave every namespace that the clone has not left, and clone the system's
 * directories as detached mounts, with the ids that may look them up. Must not need a
 * name for these ids, which they get meanwhile, nor the plan.
 */
static void separate(Room *room, int mapped_fd)
{
	autofd directory = open("/proc/self/ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char mapped = MAPPED_NOBODY;

	/* Proven by its root, later. */
	if (wants(room, SANDBOX_LAYER_MOUNT))
		note(room, SANDBOX_LAYER_MOUNT, unshare(CLONE_NEWNS) < 0 ? errno : 0);
	/* Not at the very first: this should run on the other processor, which the end of
	 * the outer process keeps busy for a moment. */
	if (wants(room, SANDBOX_LAYER_NET))
		network_begin();
	for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++)
		if (wants(room, namespaces[i].layer))
			note(room, namespaces[i].layer,
				leave_namespace(directory, namespaces[i].flag,
					namespaces[i].name));
	if (holds(room, SANDBOX_LAYER_MOUNT))
		note(room, SANDBOX_LAYER_MOUNT,
			jail_collect(&room->sources, shows_etc(room)));
	/* A process that ends before it has waited for it leaves it to a stranger, except
	 * pid 1 of a namespace. */
	if (wants(room, SANDBOX_LAYER_NET) && getpid() != 1)
		network_wait();
	if (mapped_fd < 0)
		return;
	/* No word: the outer process is gone, or has no maps for this one. */
	if (read(mapped_fd, &mapped, 1) != 1)
		_exit(EXIT_DONE);
	close(mapped_fd);
	room->mapped = (Mapped)mapped;
}

/* ---- 4. build ---- */

/* Ends the process if a filter around us refuses the system call that opens the plan's
 * paths: that is the fault of no path, and of no layer. */
static void insist_on_opening(void)
{
	autofd fd = sys_open_real_path("/");

	if (fd < 0)
		control_shortage(errno);
}

/* An ordinary user has no other id, except in a user namespace. */
static bool has_inside_id(const Room *room)
{
	return holds(room, SANDBOX_LAYER_USER) || room->birth->root;
}

static int drop_ids(const Room *room)
{
	int r = has_inside_id(room) ? ids_become_nobody(room->birth->n_groups > 0)
				    : ids_keep(room->birth->uid, room->birth->gid);

	return r                                ? r
	       : room->mapped == MAPPED_UNNAMED ? EINVAL
	       : room->mapped == MAPPED_ROOT    ? EPERM
						: 0;
}

static int prepare_landlock(Room *room, int *ret_ruleset)
{
	bool own_root = holds(room, SANDBOX_LAYER_MOUNT);
	int abi = landlock_abi();
	int r;

	room->report->landlock_abi = room->landlock_abi = abi;
	if (!abi)
		return errno;
	room->host = (LandlockHost){&room->plan, shows_etc(room)};
	r = landlock_prepare(&room->landlock_abi, own_root ? NULL : &room->host,
		&room->plan, ret_ruleset);
	return !r && own_root && tmp_path() ? landlock_allow_making(room->landlock_abi,
						      *ret_ruleset, tmp_path())
					    : r;
}

static int enter_landlock(const Room *room, int ruleset)
{
	bool alone = !(SANDBOX_NAMESPACES & ~room->report->held);
	int r = landlock_enter(ruleset);

	return r                                                     ? r
	       : alone || room->landlock_abi >= LANDLOCK_ABI_SIGNALS ? 0
								     : EPROTONOSUPPORT;
}

/* The parent lives outside: a new namespace has no number for it. */
static int canary_pid(void)
{
	return getpid() == 1 && getppid() == 0 ? 0 : ESRCH;
}

/*
 * Should make the room and give up everything, in this order: each step needs what a
 * later one takes away. Must not look anything up in the old root after the ids have
 * changed, nor allocate after the limits.
 */
static void build(Room *room)
{
	autofd ruleset = -1;

	if (holds(room, SANDBOX_LAYER_PID))
		note(room, SANDBOX_LAYER_PID, canary_pid());
	if (holds(room, SANDBOX_LAYER_MOUNT)) {
		int r = jail_collect_plan(room->sources, &room->plan);

		note(room, SANDBOX_LAYER_MOUNT, r);
		/* A path of a program's own that cannot be shown is not a shortage. */
		if (r)
			room->shortage = r;
	}
	if (wants(room, SANDBOX_LAYER_LIMITS))
		limits_spare_host();
	/* In the host's root some paths of the plan may be closed to the programs' id.
	 */
	if (wants(room, SANDBOX_LAYER_LANDLOCK) && !holds(room, SANDBOX_LAYER_MOUNT))
		note(room, SANDBOX_LAYER_LANDLOCK, prepare_landlock(room, &ruleset));
	if (wants(room, SANDBOX_LAYER_UID))
		note(room, SANDBOX_LAYER_UID, drop_ids(room));
	if (holds(room, SANDBOX_LAYER_MOUNT))
		note(room, SANDBOX_LAYER_MOUNT, jail_build(room->sources));
	if (holds(room, SANDBOX_LAYER_MOUNT))
		note(room, SANDBOX_LAYER_MOUNT, jail_canary_mount());
	if (wants(room, SANDBOX_LAYER_LANDLOCK) && ruleset < 0)
		note(room, SANDBOX_LAYER_LANDLOCK, prepare_landlock(room, &ruleset));
	plan_close(&room->plan);
	if (wants(room, SANDBOX_LAYER_LIMITS))
		note(room, SANDBOX_LAYER_LIMITS, limits_apply());
	else
		limits_apply_usual();
	if (wants(room, SANDBOX_LAYER_NET))
		note(room, SANDBOX_LAYER_NET, network_enter());
	if (wants(room, SANDBOX_LAYER_CAPS))
		note(room, SANDBOX_LAYER_CAPS, ids_drop_capabilities());
	if (wants(room, SANDBOX_LAYER_NO_NEW_PRIVS))
		note(room, SANDBOX_LAYER_NO_NEW_PRIVS,
			prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? errno : 0);
	if (holds(room, SANDBOX_LAYER_LIMITS))
		note(room, SANDBOX_LAYER_LIMITS,
			limits_apply_processes(holds(room, SANDBOX_LAYER_USER)));
	/* Of the same id as the programs: they must not read or trace this process. */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	/* The signal was set under other ids, and was lost with them. */
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	/* Where this process is not pid 1, it becomes the parent of all processes that a
	 * run leaves. */
	if (!holds(room, SANDBOX_LAYER_PID))
		prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	if (holds(room, SANDBOX_LAYER_LANDLOCK)) {
		int r = holds(room, SANDBOX_LAYER_PID)
				? 0
				: landlock_canary_signals_prepare();

		if (!r && !holds(room, SANDBOX_LAYER_MOUNT))
			r = landlock_canary_host_prepare(&room->host);
		note(room, SANDBOX_LAYER_LANDLOCK, r ? r : enter_landlock(room, ruleset));
	}
	/* Runtimes look around in their working directory, and the host's root cannot be
	 * listed. A failure does not matter. */
	if (holds(room, SANDBOX_LAYER_LANDLOCK) && !holds(room, SANDBOX_LAYER_MOUNT))
		(void)!chdir("/usr");
	if (wants(room, SANDBOX_LAYER_SECCOMP))
		note(room, SANDBOX_LAYER_SECCOMP, filter_load(has_own_files_only(room)));
}

/* ---- 5. prove ---- */

static Reach find_reach(const Room *room)
{
	if (holds(room, SANDBOX_LAYER_PID))
		return REACH_NAMESPACE;
	return holds(room, SANDBOX_LAYER_LANDLOCK) ? REACH_DOMAIN : REACH_HOST;
}

static int open_run(const Room *room, LandlockRun *ret_run)
{
	bool host =
		holds(room, SANDBOX_LAYER_LANDLOCK) && !holds(room, SANDBOX_LAYER_MOUNT);

	return landlock_run_open(
		ret_run, host ? &room->host : NULL, find_reach(room) == REACH_DOMAIN);
}

/* In a private root only programs' /tmp can be written to, if there is one. */
static int canary_making(void)
{
	autofd directory = tmp_open();

	return directory < 0 ? errno : landlock_canary_making(directory);
}

/*
 * Should try from the inside what must not work: a layer that was applied without an
 * error, but does not hold, is missing. Must not change anything. *@ret_run is what
 * Landlock does for each run.
 */
static void prove(Room *room, LandlockRun *ret_run)
{
	if (holds(room, SANDBOX_LAYER_UID) && has_inside_id(room))
		note(room, SANDBOX_LAYER_UID, ids_canary());
	/* Others cannot give theirs up. */
	if (holds(room, SANDBOX_LAYER_UID) && room->birth->root)
		note(room, SANDBOX_LAYER_UID,
			ids_canary_groups(room->birth->groups, room->birth->n_groups));
	if (holds(room, SANDBOX_LAYER_CAPS))
		note(room, SANDBOX_LAYER_CAPS, ids_canary_capabilities());
	if (holds(room, SANDBOX_LAYER_LIMITS))
		/* Where root's is the only id, SECURITY.md says what is not limited. */
		note(room, SANDBOX_LAYER_LIMITS, limits_canary(!room->birth->own_etc));
	if (holds(room, SANDBOX_LAYER_SECCOMP))
		note(room, SANDBOX_LAYER_SECCOMP, filter_canary());
	if (holds(room, SANDBOX_LAYER_LANDLOCK) && !holds(room, SANDBOX_LAYER_MOUNT))
		note(room, SANDBOX_LAYER_LANDLOCK, landlock_canary_host());
	else if (holds(room, SANDBOX_LAYER_LANDLOCK))
		note(room, SANDBOX_LAYER_LANDLOCK, canary_making());
	/* Where Landlock failed as well, so that the process outside comes to its end. */
	if (wants(room, SANDBOX_LAYER_LANDLOCK) && !holds(room, SANDBOX_LAYER_PID)) {
		int r = landlock_canary_signals();

		if (holds(room, SANDBOX_LAYER_LANDLOCK))
			note(room, SANDBOX_LAYER_LANDLOCK, r);
	}
	if (holds(room, SANDBOX_LAYER_LANDLOCK)) {
		int r = open_run(room, ret_run);

		note(room, SANDBOX_LAYER_LANDLOCK, r ? r : landlock_canary_run(ret_run));
	}
	if (holds(room, SANDBOX_LAYER_NO_NEW_PRIVS) &&
		prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		note(room, SANDBOX_LAYER_NO_NEW_PRIVS, EPERM);
}

void inner_live(Birth *birth, int mapped_fd)
{
	Message ready = {.type = MESSAGE_READY, .number = WARDEN_PROTOCOL};
	Room room = {.birth = birth, .report = &birth->report};
	/* Before limits of the room are. */
	const uint32_t inherited = inherited_find();
	LandlockRun run = {0};
	bool enough;

	/* As the outer process did; it is asked for once more when the ids have changed.
	 */
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	separate(&room, mapped_fd);
	plan_receive(&room.plan);
	/* Otherwise each path that cannot be opened would be its program's fault. */
	if (wants(&room, SANDBOX_LAYER_MOUNT) || wants(&room, SANDBOX_LAYER_LANDLOCK))
		insist_on_opening();
	build(&room);
	prove(&room, &run);
	enough = sandbox_is_enough(birth->level, birth->report.held, birth->without);
	birth->report.hides_etc = birth->own_etc;
	birth->report.inherited = inherited;
	ready.ready.report = birth->report;
	/* Even if the other layers are enough: a shortage is never a layer's absence. */
	ready.ready.shortage = room.shortage;
	control_send(&ready);
	if (!enough || room.shortage)
		_exit(EXIT_TOO_LITTLE);
	supervisor_serve(find_reach(&room), &run, holds(&room, SANDBOX_LAYER_MOUNT));
}
