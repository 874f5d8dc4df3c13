// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The plan: which of the host's paths a program finds inside beside the system's
 * directories.
 */
#include "sandbox/plan.h"

#include <string.h>
#include <sys/stat.h>

#include "common/access.h"
#include "sandbox/base/paths.h"
#include "sandbox/base/protocol.h"

/* Never shown whole: they hold what others left there. */
static const char *const shared_directories[] = {"/", "/tmp", "/var/tmp", "/root",
	"/home", "/etc", "/var", "/run", "/dev", "/dev/shm", "/proc", "/sys", "/srv",
	"/mnt", "/media", "/boot"};

/* Nor are their direct children: one user's home or runtime directory each. */
static const char *const parents_of_private_directories[] = {
	"/home", "/var/home", "/run/user"};

static bool is_one_of(const char *path, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (g_str_equal(path, list[i]))
			return true;
	return false;
}

static bool is_same_or_above(const char *directory, const char *path)
{
	size_t length = strlen(directory);

	return strncmp(directory, path, length) == 0 &&
	       (path[length] == '/' || path[length] == '\0');
}

char *plan_exposed_path(const char *real_path, const char *home)
{
	g_autofree char *directory = g_path_get_dirname(real_path);
	g_autofree char *parent = g_path_get_dirname(directory);

	if (sandbox_is_system_path(real_path))
		return NULL;
	if (is_one_of(directory, shared_directories, G_N_ELEMENTS(shared_directories)) ||
		is_one_of(parent, parents_of_private_directories,
			G_N_ELEMENTS(parents_of_private_directories)) ||
		(home && is_same_or_above(directory, home)))
		return g_strdup(real_path);
	return g_steal_pointer(&directory);
}

char *plan_for_nobody(char *exposed, const char *real_path)
{
	const AccessId nobody = {SANDBOX_INSIDE_ID, SANDBOX_INSIDE_ID, NULL, 0};
	struct stat st;

	if (!exposed || stat(exposed, &st) < 0 || !S_ISDIR(st.st_mode) ||
		access_allows(&st, &nobody, ACCESS_EXECUTE))
		return exposed;
	g_free(exposed);
	return g_strdup(real_path);
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GString *plan_text(GHashTable *paths)
{
	guint n;
	g_autofree const char **sorted =
		(const char **)g_hash_table_get_keys_as_array(paths, &n);
	GString *text = g_string_new(NULL);

	/* A parent sorts before its children, so that they are found in it already. */
	qsort(sorted, n, sizeof *sorted, compare_strings);
	for (guint i = 0; i < n && text->len + strlen(sorted[i]) + 2 <= PLAN_PATHS_MAX;
		i++)
		g_string_append_len(text, sorted[i], (gssize)strlen(sorted[i]) + 1);
	return text;
}
