// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A sandbox is opened early and closed late. In between, run.c keeps its workers (pool.c)
 * busy.
 */
#include "sandbox/sandbox.h"

#include <stdlib.h>
#include <string.h>

#include "sandbox/plan.h"
#include "sandbox/pool.h"

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

Sandbox *sandbox_open(const SandboxPolicy *policy, GError **error)
{
	g_autoptr(Sandbox) sandbox = g_new0(Sandbox, 1);

	sandbox->wanted = policy->level;
	sandbox->without = left_out(policy);
	sandbox->timeout_us = policy->timeout_us;
	sandbox->jobs = MAX(policy->jobs, 1);
	sandbox->once = policy->once;
	sandbox->processors = MAX(g_get_num_processors(), 1);
	sandbox->home = resolve_home(policy);
	sandbox->workers = g_ptr_array_new_with_free_func((GDestroyNotify)worker_close);
	sandbox->dying = g_ptr_array_new_with_free_func((GDestroyNotify)worker_close);
	sandbox->paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (const char *const *path = policy->expose; path && *path; path++)
		g_hash_table_add(sandbox->paths, g_strdup(*path));
	sandbox->plan = plan_new(error);
	if (!sandbox->plan || !pool_add(sandbox, error))
		return NULL;
	return g_steal_pointer(&sandbox);
}

void sandbox_close(Sandbox *sandbox)
{
	if (!sandbox)
		return;
	/* All at once, then one after another is reaped. */
	while (sandbox->workers->len)
		pool_drop(sandbox, sandbox->workers->pdata[0]);
	g_ptr_array_unref(sandbox->workers);
	g_ptr_array_unref(sandbox->dying);
	g_hash_table_unref(sandbox->paths);
	plan_free(sandbox->plan);
	free(sandbox->home);
	g_free(sandbox);
}

const SandboxReport *sandbox_report(const Sandbox *sandbox)
{
	return &sandbox->report;
}

void sandbox_set_tick(Sandbox *sandbox, void (*tick)(void *), void *user_data)
{
	sandbox->tick = tick;
	sandbox->tick_data = user_data;
}
