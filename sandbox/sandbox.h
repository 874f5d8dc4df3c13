// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Runs programs that nobody vouches for, and reports what they wrote and how they ended.
 *
 * A program can read itself, its libraries and its interpreter, and little else. It
 * writes nowhere but in a /tmp that is gone before the next one runs, reaches no network,
 * socket or foreign process, leaves nothing behind and never outlives its deadline.
 * docs/architecture.md says how; SECURITY.md says what is not a boundary.
 *
 * The room in which programs run is built once per worker and used by one program after
 * another, as long as none of them has touched its /tmp. Workers are made and replaced as
 * needed; the caller sees one queue.
 *
 * The room is built by a program of its own, the warden (sandbox/warden/); this is the
 * caller's half. Not thread-safe: one Sandbox belongs to one thread. No signal handler is
 * installed, no SIGCHLD is sent, and no child of the caller's own is ever waited for.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <glib.h>

#include "common/file.h"
#include "sandbox/base/execution.h"
#include "sandbox/base/identity.h"
#include "sandbox/base/layers.h"
#include "sandbox/base/limits.h"
#include "sandbox/base/paths.h"
#include "sandbox/base/root.h"

#define SANDBOX_STDOUT_MAX (64 * 1024) /* bytes; more ends the program */
#define SANDBOX_STDERR_MAX (16 * 1024) /* bytes; of more the two ends are kept */

typedef struct {
	/* The least that is accepted; NONE switches the sandbox off. */
	SandboxLevel level;
	/* Bits of SANDBOX_LAYER_BIT: left out on purpose. Neither they nor layers that
	 * are not available without them are needed for @level then. */
	uint32_t without;
	/* For one program, from its start to its last process' end. */
	uint64_t timeout_us;
	/* Programs at a time at most, at least 1. */
	unsigned jobs;
	/* sandbox_run() will hardly be called again: workers end as soon as they have
	 * nothing to do, while the caller goes on. If it is, rooms are built anew. */
	bool once;
	/* NULL-terminated real paths that programs may read too, or NULL. Device nodes
	 * among them, and those in one of them (devices.h), can be opened as the
	 * programs' id could; root's programs are in the groups of these nodes. */
	const char *const *expose;
	/* NULL-terminated, of sandbox_find_links(), or NULL: links by which the caller
	 * names these; they are there, too. */
	const char *const *links;
	/* The caller's home directory, which is never exposed whole, or NULL. */
	const char *home;
	/* Path of the warden's program; NULL: where it is installed, SANDBOX_WARDEN. */
	const char *warden;
} SandboxPolicy;

/* Counts up whenever what programs may see or do changes: then their earlier answers
 * cannot be relied on any more. */
#define SANDBOX_POLICY_NUMBER 17

/*
 * sandbox_find_links:
 * @path: absolute
 * @error: G_FILE_ERROR: memory or descriptors are lacking
 *
 * Returns: (transfer full): NULL-terminated: each link on the way to @path, as far as
 * nobody but root and the caller can change that way, to be freed by g_strfreev(); or
 * NULL.
 */
char **sandbox_find_links(const char *path, GError **error);

/* What is the same for all profiles of a policy. */
typedef struct SandboxProfiler SandboxProfiler;

/* By what a program is executed. */
typedef struct {
	Execution execution;
	/* (nullable): of char *, of EXECUTE_NAME: each link on the way, by the real path
	 * of its directory and its own name. */
	GPtrArray *links;
} SandboxWay;

void sandbox_way_clear(SandboxWay *way);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SandboxWay, sandbox_way_clear)

/*
 * sandbox_way_find:
 * @real_path: of a program
 * @name: argv[0], by which it is called
 * @caller: who is going to run it
 * @ret_way: to be cleared by sandbox_way_clear(), if TRUE is returned
 * @error: G_FILE_ERROR: descriptors or memory are lacking
 *
 * Finds out whether it can be executed by @name, which becomes its $0 and AT_EXECFN: if
 * nobody but root and the caller can change where that leads.
 *
 * Returns: whether that is known.
 */
bool sandbox_way_find(const char *real_path, const char *name, FileCaller *caller,
	SandboxWay *ret_way, GError **error);

/* Returns: (transfer full): to be freed by sandbox_profiler_free(). */
SandboxProfiler *sandbox_profiler_new(const SandboxPolicy *policy);
void sandbox_profiler_free(SandboxProfiler *profiler);

/*
 * sandbox_profile:
 * @real_path: of a program
 * @way: of sandbox_way_find(), or all zero
 * @ret_alone: (nullable): whether it sees nothing of its directory but itself
 *
 * Returns: (transfer full): text that is equal for policies under which this program sees
 * and may do the same, except for the level that was achieved; to be freed by g_free().
 */
char *sandbox_profile(const SandboxProfiler *profiler, const char *real_path,
	const SandboxWay *way, bool *ret_alone);

/* Returns: whether @real_path, of a program, lies in the system's own trees, or in what
 * they lead to where they are links: nothing is shown for its own sake. */
bool sandbox_is_in_system_tree(const SandboxProfiler *profiler, const char *real_path);

/* Returns: whether everybody may reach the targets of those of the system's trees that
 * are links, and all links that programs are shown. Inside they are shown without the
 * directories above them, which may be closed. */
bool sandbox_system_trees_are_for_all(const SandboxProfiler *profiler);

/*
 * sandbox_devices:
 * @expose: of a policy
 * @ret_changed_us: (nullable): real time of the latest change to one of the devices, or 0
 *
 * Returns: (transfer full) (nullable): text that is equal as long as the same devices can
 * be opened in the same way, empty if there are none; NULL if that is not known.
 */
char *sandbox_devices(const char *const *expose, int64_t *ret_changed_us);

/* Returns: whether everybody may reach each of @expose and read it, with all that lies
 * below, as far as that is known, and root's programs are in no group for the devices
 * among them. */
bool sandbox_exposes_to_all(const char *const *expose);

/*
 * sandbox_runs_as_nobody:
 *
 * Returns: whether programs do not run as the caller, who is root, but as the host's
 * SANDBOX_INSIDE_ID, without any further group.
 */
bool sandbox_runs_as_nobody(const SandboxPolicy *policy);

/* What the last room that counted has achieved. */
typedef struct {
	/* The level of the layers that hold. Layers that were left out on purpose lower
	 * it. */
	SandboxLevel level;
	/* All layers that the policy wants hold: programs may run. */
	bool accepted;
	bool held[SANDBOX_N_LAYERS];
	int missing_errno[SANDBOX_N_LAYERS]; /* why a layer is not held; 0: held or not
						tried */
	int landlock_abi;                    /* of the running kernel; 0: none */
	bool hides_etc; /* since the only id that there is owns it: what programs say is
			   not what they would say elsewhere under the same policy */
} SandboxReport;

typedef struct {
	const char *real_path;   /* of the program, absolute and without symlinks */
	SandboxFile program;     /* the file there that may be run; no other file may */
	const char *const *argv; /* NULL-terminated, with argv[0] */
	/* Of sandbox_way_find() for argv[0]; NULL: the program is not executed by that.
	 */
	const SandboxWay *way;
	bool homeless;    /* without HOME, which else is there except at level none */
	uint64_t term_us; /* after its start it is sent SIGTERM, once (P3); 0: never */
} SandboxRequest;

typedef enum {
	SANDBOX_EXITED,    /* exit_status */
	SANDBOX_SIGNALED,  /* signal */
	SANDBOX_TIMED_OUT, /* killed at its deadline, or at its limit of processor time */
	SANDBOX_OUTPUT,    /* killed for more than SANDBOX_STDOUT_MAX bytes on stdout */
	SANDBOX_EXEC_FAILED, /* errnum; it was never started. ESTALE: not the checked file
			      */
	SANDBOX_UNAVAILABLE, /* the wanted level is not available: sandbox_report() says
			      * why
			      */
} SandboxOutcome;

typedef struct {
	SandboxOutcome outcome;
	int exit_status;
	int signal;
	int errnum;
	/* Something other than the program may be the reason why it failed, or said less
	 * than it could: it ran beside others, which may have taken what it lacked, or
	 * kept it from running until its deadline; or it had only the share of processes
	 * of a program that runs beside others, which may be too small; or the reason may
	 * be outside. A second run is never doubtful. */
	bool doubtful;
	/* Something outside of the call may be the reason why it failed: people and the
	 * kernel send the signal that ended it, or what a shell had started; or it was
	 * kept from running until its deadline. This can also hold for a second run: it
	 * says nothing about the next one. */
	bool outside;
	/* For a timeout: no processor was lacking, but perhaps a thread, which it could
	 * not start and waits for. */
	bool waited;
	/* Bits of the layers in which it ran. Rooms of one call may differ, where
	 * something runs short. */
	uint32_t held;
	bool hides_etc; /* see SandboxReport */
	/* What the caller of this process passed on to it, and so to the program: limits
	 * that are lower than the sandbox's own, for instance. See
	 * sandbox_describe_inherited(); 0: nothing. */
	uint32_t inherited;
	uint64_t start_us;     /* monotonic: it was not started before */
	uint64_t duration_us;  /* from start to last process' end */
	uint64_t processor_us; /* of all its processes */
	const char *out;       /* what it wrote to stdout, not NUL-terminated */
	size_t out_length;
	const char *err; /* what it wrote to stderr, as shorten_join() has it if that is
			    too much; not NUL-terminated */
	size_t err_length;
} SandboxResult;

/*
 * SandboxCallback:
 * @index: of the request
 * @result: valid during the call
 *
 * Called for each request that ended, in the order in which they end. It may call
 * sandbox_want().
 *
 * Returns: whether the result counts. For a doubtful one, FALSE has it confirmed: the
 * program is run once more, when nothing else runs, and a second call follows. It does
 * not where all confirmations of a sandbox_run() together would take longer than
 * @timeout_us.
 */
typedef bool (*SandboxCallback)(
	size_t index, const SandboxResult *result, void *user_data);

typedef struct Sandbox Sandbox;

/*
 * sandbox_open:
 * @policy: copied
 * @error: G_FILE_ERROR when the warden's program is not there or not to be trusted, more
 * devices are exposed than can be, or not even a socket, a process or memory is available
 *
 * Starts building the first room and returns at once; sandbox_run() and sandbox_report()
 * show the result.
 *
 * Returns: (transfer full): to be freed by sandbox_close(), or NULL.
 */
Sandbox *sandbox_open(const SandboxPolicy *policy, GError **error);

/*
 * sandbox_run:
 * @requests: (array length=n)
 *
 * Runs all of them, started in their order, several at a time. A program that hangs keeps
 * none of the others waiting as long as @jobs allows.
 *
 * Returns: FALSE on a failure of the caller's side (descriptors, memory, a warden that
 * cannot be executed), with @error of G_FILE_ERROR; requests without a call of the
 * callback were not judged.
 */
bool sandbox_run(Sandbox *sandbox, const SandboxRequest *requests, size_t n,
	SandboxCallback callback, void *user_data, GError **error);

/*
 * sandbox_begin, sandbox_step, sandbox_wait, sandbox_end: The same for a caller that has
 * other things to do. Between begin and end @requests and @user_data must live, and no
 * other run may begin. A step does what can be done without waiting, or some of it if
 * there is much, and makes all calls of @callback; sandbox_wait() returns when the next
 * step has something to do. sandbox_end() ends what still runs, and may be called at any
 * time except from within @callback.
 *
 * Returns: (sandbox_step) whether there is more to do; (sandbox_end) as sandbox_run().
 */
void sandbox_begin(Sandbox *sandbox, const SandboxRequest *requests, size_t n,
	SandboxCallback callback, void *user_data);
bool sandbox_step(Sandbox *sandbox);
void sandbox_wait(Sandbox *sandbox);
bool sandbox_end(Sandbox *sandbox, GError **error);

/*
 * sandbox_fd, sandbox_wake_time:
 * What sandbox_wait() waits for: that this descriptor, which stays the same, is readable,
 * or that time in monotonic microseconds, which each step changes; 0: a step has
 * something to do at once.
 */
int sandbox_fd(const Sandbox *sandbox);
uint64_t sandbox_wake_time(const Sandbox *sandbox);

/*
 * sandbox_leave: To be called when no run is going on, and none will begin: kills what is
 * left. From now on sandbox_step() says whether something has not ended yet. Once
 * everything has ended, sandbox_close() waits for nothing.
 */
void sandbox_leave(Sandbox *sandbox);

/*
 * sandbox_want: From now on only the first @n requests of the running sandbox_run() are
 * wanted: others are not started, or are ended, and the callback is not called for them.
 */
void sandbox_want(Sandbox *sandbox, size_t n);

/*
 * sandbox_set_tick:
 * Has @tick called from sandbox_run() about 50 times a second while programs run, for
 * programs that show progress.
 */
void sandbox_set_tick(Sandbox *sandbox, void (*tick)(void *user_data), void *user_data);

/* Returns: (transfer none): what the room is made of; all zero before the first
 * sandbox_run(). */
const SandboxReport *sandbox_report(const Sandbox *sandbox);

/*
 * sandbox_describe_inherited:
 * @inherited: of a result
 *
 * Returns: (transfer full): a description for people.
 */
char *sandbox_describe_inherited(uint32_t inherited);

/* Which paths can be looked at without waiting for ever; see reach.c. */
typedef struct SandboxReach SandboxReach;

typedef enum {
	SANDBOX_REACHED,     /* it may be looked at */
	SANDBOX_REACH_WAITS, /* that is not known yet: to be asked again */
	SANDBOX_UNREACHED,   /* its file system has not answered in time */
} SandboxReached;

/* @timeout_us: for each mount. Returns: (transfer full): to be freed by
 * sandbox_reach_free(). */
SandboxReach *sandbox_reach_new(uint64_t timeout_us);
void sandbox_reach_free(SandboxReach *reach);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SandboxReach, sandbox_reach_free)

/* @reach: (nullable): then everything is reached. @path: absolute */
SandboxReached sandbox_reach(SandboxReach *reach, const char *path);

/* Returns: (transfer none): "lies on ..." of the path that was UNREACHED last, for
 * people.
 */
const char *sandbox_reach_hung(const SandboxReach *reach);

/* Returns: (nullable): the path that is waited for. */
const char *sandbox_reach_waits_for(const SandboxReach *reach);

/* What sandbox_reach_wait() waits for, as sandbox_fd() and sandbox_wake_time(); -1 if
 * nothing is. */
int sandbox_reach_fd(const SandboxReach *reach);
uint64_t sandbox_reach_wake_time(const SandboxReach *reach);
void sandbox_reach_wait(const SandboxReach *reach);

/* As sandbox_reach(), and waits until that is known. Returns: whether it is reached. */
bool sandbox_reach_now(SandboxReach *reach, const char *path);

/* What a program is shown, and what its id may see of it: found out once, and asked for
 * many paths. */
typedef struct SandboxView SandboxView;

/*
 * sandbox_view_new:
 * @policy: of its run; what it points to has to stay
 * @real_path: of the program; kept
 * @name: argv[0], by which it was called; kept
 * @way: (nullable): of its run; kept
 * @own_root: the layer mount held
 *
 * Nothing is looked at yet.
 *
 * Returns: (transfer full): to be freed by sandbox_view_free().
 */
SandboxView *sandbox_view_new(const SandboxPolicy *policy, const char *real_path,
	const char *name, const SandboxWay *way, bool own_root);
void sandbox_view_free(SandboxView *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SandboxView, sandbox_view_free)

/* What is known beforehand of the way to a path. */
typedef enum {
	SANDBOX_KNOWN_NOTHING,   /* nothing: a program has named it */
	SANDBOX_KNOWN_TO_ANSWER, /* its file systems have answered already */
	SANDBOX_KNOWN_OPEN,      /* likewise, and no directory on it was an obstacle */
} SandboxKnown;

/* What lies at a path: all of it is of the same moment. */
typedef struct {
	char *path;      /* real */
	char *closed;    /* (nullable): a directory that the program's id may not search:
			    whether anything is at @path, which is in it, was not looked for
			  */
	struct stat st;  /* of the file; or of that directory */
	bool has_list;   /* that has an access control list */
	char *noexec_at; /* (nullable): where a file system is mounted on which nothing
			    can be executed: that of the file */
	bool readable;   /* the program's id may read the file, or search the directory */
	bool shown;      /* the program is shown @path, whoever may read it */
} SandboxFound;

/*
 * sandbox_view_look:
 * @path: absolute; may be the choice of a hostile program
 *
 * All looks together take a bounded number of steps.
 *
 * Returns: whether anything is known of @path: FALSE where it leads nowhere, or to a file
 * system that may never answer. @ret_found is to be cleared by sandbox_found_clear().
 */
bool sandbox_view_look(
	SandboxView *view, const char *path, SandboxKnown known, SandboxFound *ret_found);
void sandbox_found_clear(SandboxFound *found);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SandboxFound, sandbox_found_clear)

/* A path that a program has named, and cannot see. */
typedef struct {
	const char *path;   /* as it was named */
	char *foreign_type; /* it lies on a file system of this type, and was not looked
			       up; NULL: it exists */
	bool in_home;
	char **expose; /* what has to be exposed: real paths, and links; NULL: nobody
			  should be told to */
} SandboxHidden;

/*
 * sandbox_view_find_hidden:
 * @paths: NULL-terminated, absolute: what the program has named, which may be anything
 *
 * Looks for the first of @paths that exists outside of the sandbox and is not shown to
 * the program; the program itself, by whatever path, never counts. Nothing is found that
 * the program's id could not find outside. Mounts of network file systems, of file
 * systems of processes and of automounters are not looked at.
 *
 * Returns: whether there is one; @ret_hidden is to be cleared by sandbox_hidden_clear().
 */
bool sandbox_view_find_hidden(
	SandboxView *view, const char *const *paths, SandboxHidden *ret_hidden);
void sandbox_hidden_clear(SandboxHidden *hidden);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SandboxHidden, sandbox_hidden_clear)

/* What a program needs a file for. */
typedef enum {
	SANDBOX_USE_NAMED,       /* that is not known: it has named it */
	SANDBOX_USE_INTERPRETER, /* to be started */
	SANDBOX_USE_LOADER,      /* likewise, with the libraries that lie there */
} SandboxUse;

/* Likewise of @path, an absolute one, of an interpreter or loader that the program needs:
 * its file systems have answered already. It is exposed with what it needs itself. */
bool sandbox_view_find_hidden_interpreter(
	SandboxView *view, const char *path, SandboxUse use, SandboxHidden *ret_hidden);

/*
 * sandbox_is_way_ours:
 * @path: absolute
 * @real_path: where it should lead
 *
 * Returns: whether nobody but root and the caller decides that it leads there. FALSE
 * where that cannot be found out without waiting, or is not a file.
 */
bool sandbox_is_way_ours(const char *path, const char *real_path);

/* Kills what runs, and waits for its end: usually a moment, and 2 s at most. */
void sandbox_close(Sandbox *sandbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sandbox, sandbox_close)
