// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A sandbox is opened early and closed late. In between, run.c keeps its workers (pool.c)
 * busy. A policy comes in; what became of each program goes out by the caller's callback.
 */
#include "sandbox/sandbox.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "installed.h"
#include "sandbox/base/root.h"
#include "sandbox/launch.h"
#include "sandbox/plan.h"
#include "sandbox/pool.h"
#include "sandbox/run.h"

struct Sandbox {
	Pool *pool;
	GHashTable *paths; /* set of char *: what the plan shows inside */
	char *home;        /* real path, or NULL */
	bool shows_all;    /* nothing is hidden: there is no root to plan */
	bool as_nobody;    /* see sandbox_runs_as_nobody() */
	RunSetup setup;
};

/* Switched off is without everything. */
static uint32_t left_out(const SandboxPolicy *policy)
{
	return policy->level == SANDBOX_LEVEL_NONE ? SANDBOX_ALL_LAYERS : policy->without;
}

bool sandbox_runs_as_nobody(const SandboxPolicy *policy)
{
	return !(left_out(policy) & SANDBOX_LAYER_BIT(SANDBOX_LAYER_UID)) &&
	       sandbox_is_root(geteuid());
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
	if (!shown)
		return NULL;
	home = resolve_home(policy);
	g_free(shown);
	shown = plan_exposed_path(real_path, home);
	free(home);
	return sandbox_runs_as_nobody(policy)
		       ? plan_for_nobody(g_steal_pointer(&shown), real_path)
		       : g_steal_pointer(&shown);
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

Sandbox *sandbox_open(const SandboxPolicy *policy, GError **error)
{
	const char *path = policy->warden ? policy->warden : SANDBOX_WARDEN;
	WorkerSetup setup = {
		.level = policy->level,
		.without = left_out(policy),
		.as_nobody = sandbox_runs_as_nobody(policy),
		.program = launch_open_program(path, error),
	};
	g_autoptr(Sandbox) sandbox = NULL;

	if (setup.program < 0)
		return NULL;
	setup.path = g_strdup(path);
	sandbox = g_new0(Sandbox, 1);
	sandbox->setup.timeout_us = policy->timeout_us;
	sandbox->setup.once = policy->once;
	sandbox->shows_all = policy->level == SANDBOX_LEVEL_NONE;
	sandbox->as_nobody = setup.as_nobody;
	sandbox->pool = pool_new(&setup, policy->jobs);
	/* It begins while the rest is done. */
	if (!pool_add(sandbox->pool, error))
		return NULL;
	sandbox->home = resolve_home(policy);
	sandbox->paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (const char *const *expose = policy->expose; expose && *expose; expose++)
		g_hash_table_add(sandbox->paths, g_strdup(*expose));
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

		if (sandbox->as_nobody)
			path = plan_for_nobody(path, requests[i].real_path);
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
