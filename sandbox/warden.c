// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The warden: pid 1 of a worker's namespaces. It builds the room, gives up every
 * privilege, and then starts one program at a time; what programs may do they inherit
 * from it.
 *
 * Theory of operation, in the order of the code:
 *   1. clean:     default signals, no descriptors but the control socket
 *   2. separate:  namespaces; the trees that will be seen inside are cloned
 *   3. (the caller has meanwhile read what programs there are)
 *   4. build:     the new root; then limits, ids, capabilities, Landlock, filter, for
 * good
 *   5. prove:     canaries try what must not work
 *   6. serve:     supervisor.c, until the caller hangs up
 *
 * Each layer is tried whatever became of those before, so that the report names all that
 * is missing. It is the caller who decides whether that is enough; before it has, nothing
 * runs.
 *
 * Everything here runs between clone and exec of a process that may have had threads: no
 * malloc, no stdio, no locks, none of the C library's functions that think of threads
 * (setuid, raise, abort).
 */
#include "sandbox/protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "common/autofd.h"
#include "sandbox/control.h"
#include "sandbox/jail.h"
#include "sandbox/kernel.h"
#include "sandbox/landlock.h"
#include "sandbox/limits.h"
#include "sandbox/seccomp.h"
#include "sandbox/supervisor.h"

typedef struct {
	const Plan *plan;
	WardenReport *report;
	uint32_t without;
	pid_t caller;
	unsigned outside_uid, outside_gid;
	bool root;         /* the caller's id is root's */
	bool root_outside; /* and so is the inside id, if taken */
	JailSources *sources;
} Warden;

/* ---- layers ---- */

static bool wants(const Warden *warden, SandboxLayer layer)
{
	return !(warden->without & SANDBOX_LAYER_BIT(layer));
}

/* Notes what became of @layer: held if @errnum is 0. */
static void note(const Warden *warden, SandboxLayer layer, int errnum)
{
	if (errnum)
		warden->report->held &= ~SANDBOX_LAYER_BIT(layer);
	else
		warden->report->held |= SANDBOX_LAYER_BIT(layer);
	warden->report->missing_errno[layer] = errnum;
}

static bool holds(const Warden *warden, SandboxLayer layer)
{
	return warden->report->held & SANDBOX_LAYER_BIT(layer);
}

/* ---- 1. clean ---- */

/* A clone inherits every descriptor of the caller, other workers' sockets included. */
static void keep_only_control(int socket)
{
	int control = fcntl(socket, F_DUPFD_CLOEXEC, 10);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* If /dev/null cannot be had: closed is as good here, and programs get their own.
	 */
	for (int fd = 0; fd < 3; fd++)
		if (null < 0 || dup2(null, fd) < 0)
			close(fd);
	if (control < 0 || dup3(control, CONTROL_FD, O_CLOEXEC) < 0)
		_exit(EXIT_NO_DESCRIPTORS);
	if (sys_close_range(CONTROL_FD + 1, ~0u, 0) < 0)
		for (int fd = CONTROL_FD + 1; fd < sysconf(_SC_OPEN_MAX); fd++)
			close(fd);
}

/*
 * Handlers are the caller's code, and what is ignored or blocked is inherited by every
 * program. By system call: the C library keeps two signals to itself, whose handlers a
 * program could otherwise set off in this process.
 */
static void reset_signals(void)
{
	static const uint64_t by_default[4]; /* the kernel's struct sigaction */
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		syscall(SYS_rt_sigaction, number, by_default, NULL, NSIG / 8);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* ---- 2. separate ---- */

static const struct {
	SandboxLayer layer;
	int flag;
	const char *name; /* in /proc/self/ns; it is proven by its root otherwise */
} namespaces[] = {
	{SANDBOX_LAYER_MOUNT, CLONE_NEWNS, NULL},
	{SANDBOX_LAYER_NET, CLONE_NEWNET, "net"},
	{SANDBOX_LAYER_IPC, CLONE_NEWIPC, "ipc"},
	{SANDBOX_LAYER_UTS, CLONE_NEWUTS, "uts"},
	{SANDBOX_LAYER_CGROUP, CLONE_NEWCGROUP, "cgroup"},
};

/* Returns: 0 if this process left a namespace for a new one, or an errno value. */
static int leave_namespace(int directory, int flag, const char *name)
{
	struct stat before, after;

	if (name && fstatat(directory, name, &before, 0) < 0)
		return errno;
	if (unshare(flag) < 0)
		return errno;
	if (name && fstatat(directory, name, &after, 0) < 0)
		return errno;
	return name && after.st_ino == before.st_ino ? EEXIST : 0;
}

static void separate(Warden *warden)
{
	autofd directory = open("/proc/self/ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	Message message;

	for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++)
		if (wants(warden, namespaces[i].layer))
			note(warden, namespaces[i].layer,
				leave_namespace(directory, namespaces[i].flag,
					namespaces[i].name));
	control_expect(MESSAGE_MAPPED, &message);
	warden->root_outside =
		warden->root && holds(warden, SANDBOX_LAYER_USER) && !message.mapped.done;
	if (holds(warden, SANDBOX_LAYER_USER))
		note(warden, SANDBOX_LAYER_USER,
			jail_map_ids(message.mapped.done, warden->outside_uid,
				warden->outside_gid));
	if (holds(warden, SANDBOX_LAYER_MOUNT))
		note(warden, SANDBOX_LAYER_MOUNT, jail_collect(&warden->sources));
}

/* ---- 4. build ---- */

/* An ordinary user has no other id but in a user namespace. */
static bool has_inside_id(const Warden *warden)
{
	return holds(warden, SANDBOX_LAYER_USER) || warden->root;
}

static int drop_ids(const Warden *warden)
{
	int r = has_inside_id(warden)
			? jail_drop_ids()
			: jail_keep_ids(warden->outside_uid, warden->outside_gid);

	return r ? r : warden->root_outside ? EPERM : 0;
}

static int restrict_files(const Warden *warden)
{
	bool alone = !(SANDBOX_NAMESPACES & ~warden->report->held);
	int abi = landlock_abi();
	int r;

	warden->report->landlock_abi = abi;
	if (!abi)
		return errno;
	r = landlock_restrict(
		abi, holds(warden, SANDBOX_LAYER_MOUNT) ? NULL : warden->plan->paths);
	return r ? r : alone || abi >= LANDLOCK_ABI_SIGNALS ? 0 : EPROTONOSUPPORT;
}

static int canary_pid(pid_t caller)
{
	if (getpid() != 1)
		return ESRCH;
	return caller == 1 || (kill(caller, 0) < 0 && errno == ESRCH) ? 0 : EEXIST;
}

/* The order matters: each step needs what a later one takes away. */
static void build(const Warden *warden)
{
	if (holds(warden, SANDBOX_LAYER_PID))
		note(warden, SANDBOX_LAYER_PID, canary_pid(warden->caller));
	if (holds(warden, SANDBOX_LAYER_MOUNT))
		jail_collect_paths(warden->sources, warden->plan->paths);
	if (wants(warden, SANDBOX_LAYER_LIMITS))
		limits_prefer_oom_kill(); /* a courtesy to the host, no protection */
	if (wants(warden, SANDBOX_LAYER_UID))
		note(warden, SANDBOX_LAYER_UID, drop_ids(warden));
	if (holds(warden, SANDBOX_LAYER_MOUNT))
		note(warden, SANDBOX_LAYER_MOUNT, jail_build(warden->sources));
	if (holds(warden, SANDBOX_LAYER_MOUNT))
		note(warden, SANDBOX_LAYER_MOUNT, jail_canary_mount());
	if (wants(warden, SANDBOX_LAYER_LIMITS))
		note(warden, SANDBOX_LAYER_LIMITS, limits_apply());
	if (wants(warden, SANDBOX_LAYER_CAPS))
		note(warden, SANDBOX_LAYER_CAPS, jail_drop_capabilities());
	if (wants(warden, SANDBOX_LAYER_NO_NEW_PRIVS))
		note(warden, SANDBOX_LAYER_NO_NEW_PRIVS,
			prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? errno : 0);
	if (holds(warden, SANDBOX_LAYER_LIMITS))
		note(warden, SANDBOX_LAYER_LIMITS,
			limits_apply_processes(holds(warden, SANDBOX_LAYER_USER)));
	/* Of the same id as the programs: they must not read or trace this process. */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	/* The warden of all that a run leaves, where it is not their pid 1. */
	if (!holds(warden, SANDBOX_LAYER_PID))
		prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	if (wants(warden, SANDBOX_LAYER_LANDLOCK)) {
		int r = holds(warden, SANDBOX_LAYER_PID)
				? 0
				: landlock_canary_signals_prepare();

		note(warden, SANDBOX_LAYER_LANDLOCK, r ? r : restrict_files(warden));
	}
	if (wants(warden, SANDBOX_LAYER_SECCOMP))
		note(warden, SANDBOX_LAYER_SECCOMP, filter_load());
}

/* ---- 5. prove ---- */

/* A layer that was applied without an error, but does not hold, is missing. */
static void prove(const Warden *warden)
{
	if (holds(warden, SANDBOX_LAYER_UID) && has_inside_id(warden))
		note(warden, SANDBOX_LAYER_UID, jail_canary_ids());
	if (holds(warden, SANDBOX_LAYER_CAPS))
		note(warden, SANDBOX_LAYER_CAPS, jail_canary_capabilities());
	if (holds(warden, SANDBOX_LAYER_LIMITS))
		note(warden, SANDBOX_LAYER_LIMITS, limits_canary());
	if (holds(warden, SANDBOX_LAYER_SECCOMP))
		note(warden, SANDBOX_LAYER_SECCOMP, filter_canary());
	if (holds(warden, SANDBOX_LAYER_LANDLOCK))
		note(warden, SANDBOX_LAYER_LANDLOCK, landlock_canary_files());
	/* Where Landlock failed as well, so that the process outside comes to its end. */
	if (wants(warden, SANDBOX_LAYER_LANDLOCK) && !holds(warden, SANDBOX_LAYER_PID)) {
		int r = landlock_canary_signals();

		if (holds(warden, SANDBOX_LAYER_LANDLOCK))
			note(warden, SANDBOX_LAYER_LANDLOCK, r);
	}
	if (holds(warden, SANDBOX_LAYER_NO_NEW_PRIVS) &&
		prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		note(warden, SANDBOX_LAYER_NO_NEW_PRIVS, EPERM);
}

static Reach find_reach(const Warden *warden)
{
	if (holds(warden, SANDBOX_LAYER_PID))
		return REACH_NAMESPACE;
	return holds(warden, SANDBOX_LAYER_LANDLOCK) ? REACH_DOMAIN : REACH_HOST;
}

void warden_main(const WardenConfig *config)
{
	Warden warden = {
		.plan = config->plan,
		.report = config->report,
		.without = config->without,
		.caller = config->caller,
		.outside_uid = config->uid,
		.outside_gid = config->gid,
		.root = config->root,
	};
	Message message;

	/* Who owns the user namespace traces what is dumpable in it; this is a copy of
	 * the caller, which may be privileged. Where it is not dumpable it cannot write
	 * its own id maps, and has no user namespace then. */
	prctl(PR_SET_DUMPABLE, config->dumpable, 0, 0, 0);
	prctl(PR_SET_NAME, "vhost-warden", 0, 0, 0);
	reset_signals();
	/* Out of the terminal's reach: its interrupt is for the caller. */
	setsid();
	keep_only_control(config->socket);
	if (chdir("/") < 0)
		_exit(EXIT_NO_ROOT);
	separate(&warden);
	control_expect(MESSAGE_GO, &message);
	build(&warden);
	prove(&warden);
	control_send(&(Message){.type = MESSAGE_READY});
	if (!sandbox_is_enough(config->level, warden.report->held, config->without))
		_exit(EXIT_TOO_LITTLE);
	supervisor_serve(find_reach(&warden));
}
