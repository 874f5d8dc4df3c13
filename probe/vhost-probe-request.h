// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libvhost-probe: a request, which says what to look for, where, and how programs are
 * run. vhost-probe.h includes this header, and has the conventions.
 *
 * Setters copy what they are given, and do not judge it, except for the three that return
 * something: a request that makes no sense is VP_ERROR_INVALID when the call begins. What
 * a setter says takes precedence over the configuration, and that over the environment,
 * in whatever order they come. A getter returns what counts now; what it returned before
 * is valid until the next setter.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "vhost-probe-names.h"

G_BEGIN_DECLS

/* All else is hidden in the shared library. */
#pragma GCC visibility push(default)

/*
 * VpRequest:
 * A request. It belongs to one thread at a time.
 *
 * Since: 0.2.0
 */
typedef struct VpRequest VpRequest;

/*
 * VpConfig:
 * What a configuration says: see vhost-probe-words.h for its getters.
 *
 * Since: 0.2.0
 */
typedef struct VpConfig VpConfig;

/* ---- its life ---- */

/*
 * vp_request_new:
 * A request that knows nothing about its caller, except that besides root the effective
 * user id that the process has now is trusted (M1). The directories of the system are
 * searched, as by an empty environment (D1). Root's shared cache is read, and nothing is
 * written. Level full of the sandbox is required.
 *
 * Returns: (transfer full): to be freed by vp_request_free().
 * Since: 0.2.0
 */
VpRequest *vp_request_new(void);

/*
 * vp_request_copy:
 * Returns: (transfer full): a copy, to be freed by vp_request_free(). Its progress
 * function has the same user_data, which is not copied.
 * Since: 0.2.0
 */
VpRequest *vp_request_copy(const VpRequest *request);

/*
 * vp_request_free:
 * @request: (nullable) (transfer full): freed, with all that its getters have returned;
 * calls that it was given to have copies
 *
 * Since: 0.2.0
 */
void vp_request_free(VpRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpRequest, vp_request_free)

/* ---- environment and configuration ---- */

/*
 * vp_request_set_from_environment:
 * Reads HOME, XDG_DATA_DIRS, XDG_CONFIG_HOME, XDG_RUNTIME_DIR and XDG_CACHE_HOME. They
 * decide which directories are searched (D1), where the caller's own cache is, which is
 * written from now on, and which directory is the home directory. Without a usable
 * HOME, the user database is asked. In a privileged process (AT_SECURE) none of this is
 * read: it is as if the environment were empty.
 *
 * Waits up to VP_TIMEOUT_DEFAULT_US if XDG_RUNTIME_DIR is on a file system that does not
 * answer; it then counts as unset.
 *
 * The environment must not be changed by another thread meanwhile.
 *
 * Since: 0.2.0
 */
void vp_request_set_from_environment(VpRequest *request);

/*
 * vp_request_load_config:
 * @path: (nullable): the configuration, absolute; NULL: this host's, which the program
 * vhost-probe reads
 * @error: VP_ERROR_CONFIG: the message names the file and the line; VP_ERROR_INVALID:
 * @path is relative; VP_ERROR_SHORTAGE
 *
 * Applies the administrator's configuration, in place of one that was loaded before: its
 * timeout and jobs where no setter says anything else, its exposed paths beside those of
 * the caller, and the manifests that it disables (D1). A file that does not exist says
 * nothing, and is no error.
 *
 * Waits for each file system of its exposed paths that may not answer, at most for
 * VP_TIMEOUT_DEFAULT_US, whatever timeout is set. If it does not answer, the path is not
 * exposed.
 *
 * Returns: whether there is nothing wrong with it; if not, @request is as it was.
 * Since: 0.2.0
 */
bool vp_request_load_config(VpRequest *request, const char *path, GError **error);

/*
 * vp_request_get_config:
 * Returns: (transfer none) (nullable): the configuration that was loaded; NULL: none was,
 * or there is no such file.
 * Since: 0.2.0
 */
const VpConfig *vp_request_get_config(const VpRequest *request);

/* ---- what to look for ---- */

/*
 * VpMode:
 * Which candidates are run, and which of them are selected (D2).
 *
 * Since: 0.2.0
 */
typedef enum {
	VP_MODE_FIRST = 0,   /* as far as needed to choose the first match */
	VP_MODE_ALL = 1,     /* all of the type; every match is selected */
	VP_MODE_EXPLAIN = 2, /* all of the type; the first match is selected */
	VP_MODE_LIST = 3,    /* all of the type, or of every type; none is selected */
} VpMode;

/*
 * vp_request_set_mode:
 * vp_request_get_mode:
 * @mode: VP_MODE_FIRST unless something else is said
 *
 * Returns: the mode.
 * Since: 0.2.0
 */
void vp_request_set_mode(VpRequest *request, VpMode mode);
VpMode vp_request_get_mode(const VpRequest *request);

/*
 * vp_request_set_type:
 * vp_request_get_type:
 * @type: (nullable): the device type, such as "gpu" (T1), UTF-8 and not empty; any word
 * may be one. NULL: any type, which only VP_MODE_LIST and a request with a binary may
 * have
 *
 * Returns: (transfer none) (nullable): the type.
 * Since: 0.2.0
 */
void vp_request_set_type(VpRequest *request, const char *type);
const char *vp_request_get_type(const VpRequest *request);

/*
 * vp_request_set_need:
 * vp_request_get_need:
 * vp_request_set_exclude:
 * vp_request_get_exclude:
 * @features: (nullable): features that a candidate must have; features
 * that it must not have (C1, P5). Each is UTF-8 and not empty, and none is in both lists.
 * NULL: none
 *
 * Returns: (transfer none): the list, which may be empty.
 * Since: 0.2.0
 */
void vp_request_set_need(VpRequest *request, const char *const *features);
const char *const *vp_request_get_need(const VpRequest *request);
void vp_request_set_exclude(VpRequest *request, const char *const *features);
const char *const *vp_request_get_exclude(const VpRequest *request);

/* ---- where ---- */

/*
 * vp_request_set_search:
 * vp_request_get_search:
 * @dirs: (nullable): absolute paths of the directories to search, from
 * general to specific; NULL: the usual ones (D1). If one that is named here exists and
 * cannot be read, nothing is done: see vp_result_get_unreadable()
 *
 * Returns: (transfer none): the directories that will be searched: those that were named,
 * or the usual ones.
 * Since: 0.2.0
 */
void vp_request_set_search(VpRequest *request, const char *const *dirs);
const char *const *vp_request_get_search(const VpRequest *request);

/*
 * vp_request_search_is_named:
 * Returns: whether vp_request_set_search() has named the directories; FALSE: they are the
 * usual ones.
 * Since: 0.2.0
 */
bool vp_request_search_is_named(const VpRequest *request);

/*
 * vp_request_set_search_user:
 * @search: whether the usual directories include the per-user one (D1); unless this is
 * said, they do if the process is not root's
 *
 * Only vp_request_set_from_environment() says where that directory is. Directories that
 * vp_request_set_search() has named stay as they are.
 *
 * Since: 0.2.0
 */
void vp_request_set_search_user(VpRequest *request, bool search);

/*
 * vp_request_set_binary:
 * vp_request_get_binary:
 * @binary: (nullable): the absolute path of a program, which is the only candidate:
 * nothing is searched, and a type is only compared with what it prints. NULL: manifests
 * are searched
 *
 * Returns: (transfer none) (nullable): the program.
 * Since: 0.2.0
 */
void vp_request_set_binary(VpRequest *request, const char *binary);
const char *vp_request_get_binary(const VpRequest *request);

/* ---- how programs are run ---- */

/*
 * vp_request_set_level:
 * vp_request_get_level:
 * @level: the lowest level of the sandbox that is accepted; VP_LEVEL_FULL unless
 * something else is said. As much as is available is used, except that VP_LEVEL_NONE
 * switches the sandbox off. If less is available, nothing is run (P4): see
 * vp_result_is_level_met()
 *
 * Returns: that level.
 * Since: 0.2.0
 */
void vp_request_set_level(VpRequest *request, VpLevel level);
VpLevel vp_request_get_level(const VpRequest *request);

/*
 * vp_request_set_without:
 * @layers: (nullable): names of layers that are left out on purpose, in
 * place of those that were given before; neither they nor the layers that depend on them
 * are then needed for the level. NULL: none
 * @error: VP_ERROR_INVALID: no layer has such a name
 *
 * Returns: whether all of these are layers; if not, @request is as it was.
 * Since: 0.2.0
 */
bool vp_request_set_without(
	VpRequest *request, const char *const *layers, GError **error);

/*
 * vp_request_get_without:
 * Returns: (transfer none): the layers that are left out, each once, in the order of
 * vp_layer_name(); the list may be empty.
 * Since: 0.2.0
 */
const char *const *vp_request_get_without(const VpRequest *request);

/*
 * vp_request_set_expose:
 * @paths: (nullable): absolute paths that programs may read too, in
 * place of those that were given before, and beside those of the configuration. Links are
 * followed now; programs find what is there by them as well. Device nodes among them, and
 * those in one of them, can be opened as far as the id of the programs allows, see
 * vhost-probe(1). NULL: none
 * @error: VP_ERROR_INVALID: a path is relative, does not exist, lies on a file system
 * that does not answer within the timeout of a program, or can never be exposed, see
 * vp_why_unexposable(); G_FILE_ERROR: descriptors or memory are lacking
 *
 * Waits, for each file system that does not answer, as long as the timeout that was set
 * before.
 *
 * Returns: whether all of these can be exposed; if not, @request is as it was.
 * Since: 0.2.0
 */
bool vp_request_set_expose(VpRequest *request, const char *const *paths, GError **error);

/*
 * vp_request_get_expose:
 * Returns: (transfer none): the real paths that are exposed: the configuration's and then
 * the caller's, each once; the list may be empty.
 * Since: 0.2.0
 */
const char *const *vp_request_get_expose(const VpRequest *request);

/*
 * VP_TIMEOUT_DEFAULT_US:
 * VP_TIMEOUT_MAX_US:
 * VP_JOBS_DEFAULT:
 * VP_JOBS_MAX:
 * The time limit of a program, in microseconds, and the number of programs at a time: if
 * nobody says anything else, and at most.
 *
 * Since: 0.2.0
 */
#define VP_TIMEOUT_DEFAULT_US (5 * 1000 * 1000)
#define VP_TIMEOUT_MAX_US     (3600ull * 1000 * 1000)
#define VP_JOBS_DEFAULT       16
#define VP_JOBS_MAX           64

/*
 * vp_request_set_timeout:
 * vp_request_get_timeout:
 * @timeout_us: the time limit of each program, in microseconds, from its start to the end
 * of its last process (P3); what is more than VP_TIMEOUT_MAX_US counts as that. 0: as the
 * configuration says, or else VP_TIMEOUT_DEFAULT_US
 *
 * Returns: the limit that counts, in microseconds; never 0.
 * Since: 0.2.0
 */
void vp_request_set_timeout(VpRequest *request, uint64_t timeout_us);
uint64_t vp_request_get_timeout(const VpRequest *request);

/*
 * vp_request_set_total_timeout:
 * vp_request_get_total_timeout:
 * @total_timeout_us: the time limit of the whole call, in microseconds, from vp_probe()
 * or vp_call_new() on: if not all is known by then, the call fails with
 * VP_ERROR_DEADLINE, and nothing is left running. 0, the default: it takes as long as it
 * takes. vp_check() has no such limit
 *
 * Returns: that limit, in microseconds, or 0.
 * Since: 0.2.0
 */
void vp_request_set_total_timeout(VpRequest *request, uint64_t total_timeout_us);
uint64_t vp_request_get_total_timeout(const VpRequest *request);

/*
 * vp_request_set_jobs:
 * vp_request_get_jobs:
 * @jobs: how many programs may run at a time; what is more than VP_JOBS_MAX counts as
 * that. 0: as the configuration says, or else VP_JOBS_DEFAULT
 *
 * Returns: the number that counts; never 0.
 * Since: 0.2.0
 */
void vp_request_set_jobs(VpRequest *request, unsigned jobs);
unsigned vp_request_get_jobs(const VpRequest *request);

/*
 * vp_request_set_home:
 * @home: (nullable): the absolute path of the caller's home directory, which is never
 * exposed as a whole; NULL: as the environment says, if it was read
 *
 * Since: 0.2.0
 */
void vp_request_set_home(VpRequest *request, const char *home);

/*
 * vp_request_set_warden:
 * @warden: (nullable): the absolute path of the sandbox's program, vhost-probe-warden;
 * NULL: the one that was installed with the library
 *
 * Since: 0.2.0
 */
void vp_request_set_warden(VpRequest *request, const char *warden);

/* ---- the cache ---- */

/*
 * vp_request_set_cache:
 * vp_request_get_cache:
 * @mode: VP_CACHE_AUTO unless something else is said
 *
 * Returns: the mode.
 * Since: 0.2.0
 */
void vp_request_set_cache(VpRequest *request, VpCacheMode mode);
VpCacheMode vp_request_get_cache(const VpRequest *request);

/*
 * vp_request_set_cache_dir:
 * @dir: (nullable): the absolute path of the only directory that is read and written. It
 * is made if its parent exists; if it cannot be used, vp_result_get_cache_error() says
 * why. NULL: the usual ones, see vp_request_set_from_environment()
 *
 * Since: 0.2.0
 */
void vp_request_set_cache_dir(VpRequest *request, const char *dir);

/*
 * vp_request_get_cache_dir:
 * Returns: (transfer none) (nullable): the directory that is written, in the modes that
 * write; NULL: there is none, and nothing is written.
 * Since: 0.2.0
 */
const char *vp_request_get_cache_dir(const VpRequest *request);

/* ---- progress ---- */

/*
 * VpProgress:
 * @done: how many programs have ended
 * @total: how many are to run
 * @waiting: (transfer none): paths of programs that have not ended, in
 * order of precedence; behind them, likewise, those that have failed beside others and
 * are run once more by themselves; valid until the function returns
 * @user_data: as it was given
 *
 * Called about 50 times a second while programs run, by vp_probe(), vp_call_dispatch()
 * and vp_check(), in the thread that has called these. It may cancel a VpCall, and do
 * nothing else with it.
 *
 * Since: 0.2.0
 */
typedef void (*VpProgress)(
	gsize done, gsize total, const char *const *waiting, void *user_data);

/*
 * vp_request_set_progress:
 * @progress: (nullable): NULL: none
 * @user_data: (nullable): not owned: it has to live until the last call with @request, or
 * with a copy by vp_request_copy(), has ended; results do not keep it
 *
 * Since: 0.2.0
 */
void vp_request_set_progress(VpRequest *request, VpProgress progress, void *user_data);

#pragma GCC visibility pop

G_END_DECLS
