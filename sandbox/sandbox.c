// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A sandbox is opened early and closed late. In between, run.c keeps its workers (pool.c)
 * busy. A policy comes in; what became of each program goes out by the caller's callback.
 */
#include "sandbox/sandbox.h"

#include <stdlib.h>
#include <string.h>

#include "installed.h"
#include "sandbox/devices.h"
#include "sandbox/launch.h"
#include "sandbox/plan.h"
#include "sandbox/pool.h"
#include "sandbox/run.h"

struct Sandbox {
	Pool *pool;
	GHashTable *paths; /* set of char *: entries of the plan */
	char *home;        /* real path, or NULL */
	bool shows_all;    /* nothing is hidden: there is no root to plan */
	RunSetup setup;
};

/* Switched off is without everything. */
static uint32_t left_out(const SandboxPolicy *policy)
{
	return policy->level == SANDBOX_LEVEL_NONE ? SANDBOX_ALL_LAYERS : policy->without;
}

/* Returns: (transfer full) (nullable): the caller's home as a real path, for malloc's
 * free(). Programs come with theirs; they are compared. */
static char *resolve_home(const SandboxPolicy *policy)
{
	g_autofree char *home =
		policy->home ? g_canonicalize_filename(policy->home, "/") : NULL;

	return home ? realpath(home, NULL) : NULL;
}

/* Returns: (transfer full) (nullable): what is shown for its sake. */
static char *shown_for(const SandboxPolicy *policy, const char *real_path)
{
	g_autofree char *shown = plan_exposed_path(real_path, NULL);
	char *home;

	/* In most cases nothing, whatever the home is. */
	if (!shown || !policy->home)
		return g_steal_pointer(&shown);
	home = resolve_home(policy);
	g_free(shown);
	shown = plan_exposed_path(real_path, home);
	free(home);
	return g_steal_pointer(&shown);
}

char *sandbox_profile(const SandboxPolicy *policy, const char *real_path)
{
	g_autofree char *shown = shown_for(policy, real_path);
	GString *text = g_string_new(NULL);

	g_string_printf(text, "policy %d", SANDBOX_POLICY_NUMBER);
	for (SandboxLayer layer = 0; layer < SANDBOX_N_LAYERS; layer++)
		if (left_out(policy) & SANDBOX_LAYER_BIT(layer))
			g_string_append_printf(
				text, ", without %s", sandbox_layer_name(layer));
	/* The length keeps two paths from reading as one with a comma in it. */
	for (const char *const *path = policy->expose; path && *path; path++)
		g_string_append_printf(
			text, ", with %zu bytes of path %s", strlen(*path), *path);
	if (shown)
		g_string_append_printf(text, ", showing %s", shown);
	return g_string_free(text, FALSE);
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

Sandbox *sandbox_open(const SandboxPolicy *policy, GError **error)
{
	const char *path = policy->warden ? policy->warden : SANDBOX_WARDEN;
	WorkerSetup setup = {
		.level = policy->level,
		.without = left_out(policy),
		.program = -1,
	};
	g_auto(Devices) devices = {0};
	g_autoptr(Sandbox) sandbox = NULL;

	/* Nothing is hidden, or given, where it is switched off. */
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
	sandbox->pool = pool_new(&setup, policy->jobs);
	/* It begins while the rest is done. */
	if (!pool_add(sandbox->pool, error))
		return NULL;
	sandbox->home = resolve_home(policy);
	sandbox->paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	while (devices.entries->len)
		g_hash_table_add(
			sandbox->paths, g_ptr_array_steal_index(devices.entries, 0));
	return g_steal_pointer(&sandbox);
}

void sandbox_close(Sandbox *sandbox)
{
	if (!sandbox)
		return;
	pool_free(sandbox->pool);
	/* Not there yet, if there was no first worker. */
	if (sandbox->paths)
		g_hash_table_unref(sandbox->paths);
	free(sandbox->home);
	g_free(sandbox);
}

bool sandbox_run(Sandbox *sandbox, const SandboxRequest *requests, size_t n,
	SandboxCallback callback, void *user_data, GError **error)
{
	for (size_t i = 0; i < n && !sandbox->shows_all; i++) {
		char *path = plan_exposed_path(requests[i].real_path, sandbox->home);

		if (path)
			g_hash_table_add(sandbox->paths, path);
	}
	pool_set_plan(sandbox->pool, plan_text(sandbox->paths));
	sandbox->setup.callback = callback;
	sandbox->setup.user_data = user_data;
	return run_requests(&sandbox->setup, sandbox->pool, requests, n, error);
}

const SandboxReport *sandbox_report(const Sandbox *sandbox)
{
	return pool_report(sandbox->pool);
}

void sandbox_set_tick(Sandbox *sandbox, void (*tick)(void *), void *user_data)
{
	sandbox->setup.tick = tick;
	sandbox->setup.tick_data = user_data;
}
