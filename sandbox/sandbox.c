// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A sandbox is opened early and closed late. In between, run.c keeps its workers (pool.c)
 * busy. A policy comes in; the result for each program goes out through the caller's
 * callback.
 */
#include "sandbox/sandbox.h"

#include <string.h>
#include <unistd.h>

#include "common/access.h"
#include "common/lack.h"
#include "installed.h"
#include "sandbox/devices.h"
#include "sandbox/execution.h"
#include "sandbox/base/root.h"
#include "sandbox/launch.h"
#include "sandbox/plan.h"
#include "sandbox/pool.h"
#include "sandbox/run.h"

/* Looking at one takes some calls for each part of its path. */
#define PLANS_PER_STEP 16

struct Sandbox {
	Pool *pool;
	GPtrArray *common; /* of char *: what every program sees */
	GHashTable *plans; /* of Plan *, by their text */
	GHashTable *known; /* those that are the same for a whole directory, by that */
	Homes *homes;
	bool shows_all; /* nothing is hidden: there is no root to plan */
	bool as_nobody; /* see sandbox_runs_as_nobody() */
	FileCaller caller;
	Walker walker; /* for the real paths of programs */
	RunSetup setup;
	/* Between sandbox_begin() and sandbox_end(); or NULL. */
	const SandboxRequest *requests;
	size_t n_requests, n_planned;
	Plan **run_plans;
	Execution *executions;
	Batch *batch;  /* once all have their plan */
	GError *error; /* before that */
};

/* A sandbox that is switched off is without all layers. */
static uint32_t left_out(const SandboxPolicy *policy)
{
	return policy->level == SANDBOX_LEVEL_NONE ? SANDBOX_ALL_LAYERS : policy->without;
}

bool sandbox_runs_as_nobody(const SandboxPolicy *policy)
{
	return !(left_out(policy) & SANDBOX_LAYER_BIT(SANDBOX_LAYER_UID)) &&
	       sandbox_is_root(geteuid());
}

struct SandboxProfiler {
	GPtrArray *common; /* as in Sandbox */
	Homes *homes;
	bool as_nobody;
	char *layers;      /* what is left out, in words */
	GHashTable *known; /* texts that are the same for a whole directory, by that */
};

SandboxProfiler *sandbox_profiler_new(const SandboxPolicy *policy)
{
	SandboxProfiler *profiler = g_new(SandboxProfiler, 1);
	GString *layers = g_string_new(NULL);

	g_string_printf(layers, "policy %d", SANDBOX_POLICY_NUMBER);
	for (SandboxLayer layer = 0; layer < SANDBOX_N_LAYERS; layer++)
		if (left_out(policy) & SANDBOX_LAYER_BIT(layer))
			g_string_append_printf(
				layers, ", without %s", sandbox_layer_name(layer));
	*profiler = (SandboxProfiler){
		.common = plan_common(policy->expose, policy->links, NULL),
		.homes = homes_new(policy->home),
		.as_nobody = sandbox_runs_as_nobody(policy),
		.layers = g_string_free(layers, FALSE),
		.known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
	};
	return profiler;
}

void sandbox_profiler_free(SandboxProfiler *profiler)
{
	if (!profiler)
		return;
	g_ptr_array_unref(profiler->common);
	homes_free(profiler->homes);
	g_free(profiler->layers);
	g_hash_table_unref(profiler->known);
	g_free(profiler);
}

/* A link shows its own text, which may change, though it still leads to the same. */
static void add_target(GString *text, const char *link)
{
	g_autofree char *target = g_file_read_link(link, NULL);
	g_autofree char *quoted = target ? g_shell_quote(target) : NULL;

	if (quoted)
		g_string_append_printf(text, " -> %s", quoted);
}

static char *make_profile(const SandboxProfiler *profiler, const char *real_path,
	const SandboxWay *way, PlanScope *ret_scope)
{
	const PlanFor program = {
		real_path, way->links, profiler->homes, profiler->as_nobody};
	g_autoptr(GString) plan = plan_text(profiler->common, &program, ret_scope);
	GString *text = g_string_new(profiler->layers);

	/* Quoted, two paths never read as one. */
	for (const char *path = plan->str; *path; path += strlen(path) + 1) {
		g_autofree char *quoted = g_shell_quote(path);

		g_string_append_printf(text, ", showing %s", quoted);
		if (*path == PLAN_LINK)
			add_target(text, plan_entry_path(path));
	}
	if (way->execution == EXECUTE_NAME)
		g_string_append(text, ", by its name");
	return g_string_free(text, FALSE);
}

/* Likewise; known for a whole directory, if possible. */
static char *find_profile(const SandboxProfiler *profiler, const char *real_path,
	const SandboxWay *way, PlanScope *ret_scope)
{
	g_autofree char *directory = g_path_get_dirname(real_path);
	char *profile = g_strdup(g_hash_table_lookup(profiler->known, directory));

	*ret_scope = PLAN_OF_DIRECTORY;
	if (profile)
		return profile;
	profile = make_profile(profiler, real_path, way, ret_scope);
	if (*ret_scope == PLAN_OF_DIRECTORY)
		g_hash_table_insert(
			profiler->known, g_steal_pointer(&directory), g_strdup(profile));
	return profile;
}

char *sandbox_profile(const SandboxProfiler *profiler, const char *real_path,
	const SandboxWay *way, bool *ret_alone)
{
	PlanScope scope;
	char *profile = way->execution == EXECUTE_NAME
				? make_profile(profiler, real_path, way, &scope)
				: find_profile(profiler, real_path, way, &scope);

	if (ret_alone)
		*ret_alone = scope == PLAN_OF_FILE;
	return profile;
}

bool sandbox_is_in_system_tree(const SandboxProfiler *profiler, const char *real_path)
{
	return sandbox_is_system_path(real_path) ||
	       plan_has_linked_tree(profiler->common, real_path);
}

bool sandbox_system_trees_are_for_all(const SandboxProfiler *profiler)
{
	return plan_trees_are_for_all(profiler->common);
}

static void plan_free(void *data)
{
	Plan *plan = data;

	g_string_free(plan->text, TRUE);
	g_free(plan);
}

char *sandbox_devices(const char *const *expose, int64_t *ret_changed_us)
{
	g_auto(Devices) devices = {0};

	if (!devices_find(expose, DEVICES_SYSFS, &devices, NULL))
		return NULL;
	if (ret_changed_us)
		*ret_changed_us = devices.changed_us;
	return g_steal_pointer(&devices.stamp);
}

bool sandbox_exposes_to_all(const char *const *expose)
{
	g_auto(Devices) devices = {0};

	for (const char *const *path = expose; path && *path; path++)
		if (!access_is_way_for_all(*path) || !access_is_readable_for_all(*path) ||
			!access_is_tree_for_all(*path))
			return false;
	return devices_find(expose, DEVICES_SYSFS, &devices, NULL) && !devices.n_groups;
}

Sandbox *sandbox_open(const SandboxPolicy *policy, GError **error)
{
	const char *path = policy->warden ? policy->warden : SANDBOX_WARDEN;
	WorkerSetup setup = {
		.level = policy->level,
		.without = left_out(policy),
		.as_nobody = sandbox_runs_as_nobody(policy),
		.program = -1,
	};
	g_auto(Devices) devices = {0};
	g_autoptr(Sandbox) sandbox = NULL;
	int shortage;

	/* Where it is switched off, nothing is hidden, and no group is given. */
	if (!devices_find(policy->level == SANDBOX_LEVEL_NONE ? NULL : policy->expose,
		    DEVICES_SYSFS, &devices, error))
		return NULL;
	setup.n_groups = devices.n_groups;
	memcpy(setup.groups, devices.groups, sizeof setup.groups);
	setup.program = launch_open_program(path, error);
	if (setup.program < 0)
		return NULL;
	setup.path = g_strdup(path);
	sandbox = g_new0(Sandbox, 1);
	sandbox->setup.timeout_us = policy->timeout_us;
	sandbox->setup.once = policy->once;
	sandbox->shows_all = policy->level == SANDBOX_LEVEL_NONE;
	sandbox->as_nobody = setup.as_nobody;
	sandbox->caller = file_caller(geteuid(), getegid(), sandbox_root_trees);
	sandbox->walker = walker_begin_for(&sandbox->caller);
	sandbox->pool = pool_new(&setup, policy->jobs, error);
	/* It begins while the rest is done. */
	if (!sandbox->pool || !pool_add(sandbox->pool, error))
		return NULL;
	sandbox->homes = homes_new(policy->home);
	/* The texts are the plans' own. */
	sandbox->plans = g_hash_table_new_full(
		(GHashFunc)g_string_hash, (GEqualFunc)g_string_equal, NULL, plan_free);
	sandbox->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_ptr_array_add(devices.entries, NULL);
	sandbox->common = plan_common(
		(const char *const *)devices.entries->pdata, policy->links, &shortage);
	if (shortage) {
		lack_set_error(error, shortage, "cannot look for links in /");
		return NULL;
	}
	if (plan_fits(sandbox->common))
		return g_steal_pointer(&sandbox);
	g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
		"more paths are exposed than a sandbox can show");
	return NULL;
}

void sandbox_close(Sandbox *sandbox)
{
	if (!sandbox)
		return;
	if (sandbox->run_plans)
		sandbox_end(sandbox, NULL);
	pool_free(sandbox->pool);
	/* Neither exists if there was no first worker. */
	if (sandbox->plans)
		g_hash_table_unref(sandbox->plans);
	if (sandbox->known)
		g_hash_table_unref(sandbox->known);
	if (sandbox->common)
		g_ptr_array_unref(sandbox->common);
	walker_clear(&sandbox->walker);
	homes_free(sandbox->homes);
	g_free(sandbox);
}

/* Returns: (transfer none): the plan of a program; those that see the same share one. */
static Plan *make_plan(Sandbox *sandbox, const char *real_path, const GPtrArray *links,
	PlanScope *ret_scope)
{
	const PlanFor program = {real_path, links, sandbox->homes, sandbox->as_nobody};
	GString *text = plan_text(
		sandbox->common, sandbox->shows_all ? NULL : &program, ret_scope);
	Plan *plan = g_hash_table_lookup(sandbox->plans, text);

	if (plan) {
		g_string_free(text, TRUE);
		return plan;
	}
	plan = g_new0(Plan, 1);
	plan->text = text;
	g_hash_table_insert(sandbox->plans, text, plan);
	return plan;
}

/* Likewise; a directory is looked at once, as for profiles. */
static Plan *find_plan(Sandbox *sandbox, const char *real_path, const GPtrArray *links)
{
	g_autofree char *directory = g_path_get_dirname(real_path);
	Plan *plan = g_hash_table_lookup(sandbox->known, directory);
	PlanScope scope;

	if (plan && !links)
		return plan;
	plan = make_plan(sandbox, real_path, links, &scope);
	if (scope == PLAN_OF_DIRECTORY && !links)
		g_hash_table_insert(sandbox->known, g_steal_pointer(&directory), plan);
	return plan;
}

void sandbox_begin(Sandbox *sandbox, const SandboxRequest *requests, size_t n,
	SandboxCallback callback, void *user_data)
{
	sandbox->requests = requests;
	sandbox->n_requests = n;
	sandbox->n_planned = 0;
	sandbox->run_plans = g_new(Plan *, n + 1); /* not NULL if there are none */
	sandbox->executions = g_new(Execution, n);
	sandbox->setup.wanted = n;
	sandbox->setup.callback = callback;
	sandbox->setup.user_data = user_data;
}

/* Returns: FALSE with the sandbox's error. */
static bool plan_one(Sandbox *sandbox, size_t i)
{
	const SandboxRequest *request = &sandbox->requests[i];
	const GPtrArray *links = request->way ? request->way->links : NULL;
	SandboxWay way = {0};
	int shortage;

	if (request->way)
		way.execution = request->way->execution;
	else if (!execution_find(&sandbox->walker, request->real_path, request->real_path,
			 &way, &sandbox->error))
		return false;
	sandbox->executions[i] = way.execution;
	sandbox->run_plans[i] = find_plan(sandbox, request->real_path, links);
	shortage = homes_shortage(sandbox->homes);
	return !shortage || lack_set_error(&sandbox->error, shortage,
				    "cannot look for what belongs to somebody");
}

/* Looks at the paths of some programs. */
static void plan_some(Sandbox *sandbox)
{
	size_t end = MIN(sandbox->n_planned + PLANS_PER_STEP, sandbox->n_requests);

	for (; sandbox->n_planned < end; sandbox->n_planned++)
		if (!plan_one(sandbox, sandbox->n_planned))
			return;
	if (end == sandbox->n_requests)
		sandbox->batch = run_begin(&sandbox->setup, sandbox->pool,
			sandbox->requests, sandbox->run_plans, sandbox->executions, end);
}

bool sandbox_step(Sandbox *sandbox)
{
	if (!sandbox->run_plans)
		return pool_is_leaving(sandbox->pool);
	if (!sandbox->batch)
		plan_some(sandbox);
	if (sandbox->error)
		return false;
	return !sandbox->batch || run_step(sandbox->batch);
}

int sandbox_fd(const Sandbox *sandbox)
{
	return pool_fd(sandbox->pool);
}

uint64_t sandbox_wake_time(const Sandbox *sandbox)
{
	if (!sandbox->run_plans)
		return pool_wake_time(sandbox->pool);
	return sandbox->batch ? run_wake_time(sandbox->batch) : 0;
}

void sandbox_wait(Sandbox *sandbox)
{
	pool_wait(sandbox->pool, sandbox_wake_time(sandbox));
}

bool sandbox_end(Sandbox *sandbox, GError **error)
{
	bool ok = !sandbox->batch || run_end(sandbox->batch, error);

	if (sandbox->error) {
		g_propagate_error(error, g_steal_pointer(&sandbox->error));
		ok = false;
	}
	sandbox->batch = NULL;
	g_clear_pointer(&sandbox->run_plans, g_free);
	g_clear_pointer(&sandbox->executions, g_free);
	return ok;
}

void sandbox_leave(Sandbox *sandbox)
{
	pool_leave(sandbox->pool);
}

bool sandbox_run(Sandbox *sandbox, const SandboxRequest *requests, size_t n,
	SandboxCallback callback, void *user_data, GError **error)
{
	sandbox_begin(sandbox, requests, n, callback, user_data);
	while (sandbox_step(sandbox))
		sandbox_wait(sandbox);
	return sandbox_end(sandbox, error);
}

const SandboxReport *sandbox_report(const Sandbox *sandbox)
{
	return pool_report(sandbox->pool);
}

void sandbox_want(Sandbox *sandbox, size_t n)
{
	sandbox->setup.wanted = MIN(sandbox->setup.wanted, n);
}

void sandbox_set_tick(Sandbox *sandbox, void (*tick)(void *), void *user_data)
{
	sandbox->setup.tick = tick;
	sandbox->setup.tick_data = user_data;
}
