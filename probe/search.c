// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Finds manifests. Directories come in, general to specific; a list of every file in them
 * goes out, sorted by name (D2), and within a name the most specific first: that one
 * takes effect, the others are masked by it (D3). No file is opened here.
 *
 * A directory that does not exist is nothing special; one that cannot be read is told,
 * and is an error only if the caller named it.
 */
#include "probe/candidate.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "common/autofd.h"
#include "common/fault.h"

/* In one directory. Distributions have a handful. */
#define FILES_MAX 100000

/* One entry of a directory, until all are sorted. */
typedef struct {
	const char *name;  /* owned once it is in the array */
	guint specificity; /* index of its directory */
} File;

static void clear_file(void *file)
{
	g_free((char *)((File *)file)->name);
}

static int compare_files(const void *a, const void *b)
{
	const File *file_a = a, *file_b = b;
	int order = strcmp(file_a->name, file_b->name); /* bytewise, in any locale */

	if (order)
		return order;
	return file_a->specificity > file_b->specificity ? -1 : 1;
}

/* Editors' and package managers' leftovers (50-x.json~, 50-x.json.rpmsave) are no
 * manifests. */
void candidate_judge_name(VpCandidate *candidate)
{
	const char *name = candidate->name;
	const char *cause = NULL;

	if (name[0] == '.')
		cause = "begins with a dot";
	else if (!g_str_has_suffix(name, ".json"))
		cause = "does not end in .json";
	else if (!g_utf8_validate(name, -1, NULL))
		cause = "is not UTF-8";
	if (cause)
		candidate_settle(candidate, VP_VERDICT_SKIPPED_NAME,
			"not a manifest's name: %s", cause);
}

/* Returns: FALSE where that is nothing of @dir's. Else @dir says what was wrong. */
static bool read_directory(VpSearchDir *dir, DIR *directory, guint specificity,
	GArray *files, GError **error)
{
	const struct dirent *entry;
	guint n = 0;
	int errnum;

	for (errno = 0; (entry = readdir(directory)); errno = 0) {
		const File file = {entry->d_name, specificity};

		if (g_str_equal(file.name, ".") || g_str_equal(file.name, ".."))
			continue;
		if (++n > FILES_MAX) {
			dir->error = g_strdup("too many files");
			return true;
		}
		g_array_append_val(files, file);
		g_array_index(files, File, files->len - 1).name = g_strdup(file.name);
		dir->n_files = n;
	}
	errnum = errno;
	if (!errnum)
		return true;
	dir->error = g_strdup(g_strerror(errnum));
	return !file_blame_us(errnum, dir->dir, error);
}

/* Returns: FALSE where a failure is not @dir's. Else @ret_directory is the open
 * directory, or NULL, and @dir says why. */
static bool open_directory(VpSearchDir *dir, DIR **ret_directory, GError **error)
{
	DIR *directory = opendir(dir->dir);
	int errnum = errno;
	g_autofree char *fault = NULL;
	struct stat st;

	*ret_directory = directory;
	dir->found =
		directory ||
		(errnum != ENOENT && (errnum != ENOTDIR || stat(dir->dir, &st) == 0));
	if (directory || !dir->found)
		return true;
	if (file_blame_us(errnum, dir->dir, error))
		return false;
	fault = fault_find(dir->dir);
	dir->error =
		fault ? g_strconcat("it ", fault, NULL) : g_strdup(g_strerror(errnum));
	return true;
}

static bool same_directory(DIR *a, DIR *b)
{
	struct stat st_a, st_b;

	return fstat(dirfd(a), &st_a) == 0 && fstat(dirfd(b), &st_b) == 0 &&
	       st_a.st_dev == st_b.st_dev && st_a.st_ino == st_b.st_ino;
}

static void close_if_open(void *directory)
{
	if (directory)
		closedir(directory);
}

/* Fills @files from all directories. */
static bool read_all(VpResult *result, GArray *files, GError **error)
{
	const char *const *paths = result->request->search;
	g_autoptr(GPtrArray) open = g_ptr_array_new_with_free_func(close_if_open);

	for (; *paths; paths++) {
		VpSearchDir *dir = g_new0(VpSearchDir, 1);
		DIR *directory;

		dir->dir = g_strdup(*paths);
		g_ptr_array_add(result->search, dir);
		if (!open_directory(dir, &directory, error))
			return false;
		g_ptr_array_add(open, directory);
	}
	for (guint i = 0; i < open->len; i++) {
		DIR *directory = open->pdata[i];
		bool again = false;

		/* Reached by two names, its files would mask themselves: they count for
		 * the more specific one. */
		for (guint j = i + 1; directory && j < open->len && !again; j++)
			again = open->pdata[j] &&
				same_directory(directory, open->pdata[j]);
		if (!directory || again)
			continue;
		if (!read_directory(result->search->pdata[i], directory, i, files, error))
			return false;
	}
	return true;
}

bool search_directories(VpResult *result, GError **error)
{
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(File));
	const VpConfig *config = result->request->config;
	const VpCandidate *effective = NULL;

	g_array_set_clear_func(files, clear_file);
	if (!read_all(result, files, error))
		return false;
	for (guint i = 0; i < result->search->len; i++) {
		const VpSearchDir *dir = result->search->pdata[i];

		if (dir->error && result->request->search_must_be_readable) {
			result->unreadable = dir;
			return true;
		}
	}
	g_array_sort(files, compare_files);
	for (guint i = 0; i < files->len; i++) {
		File *file = &g_array_index(files, File, i);
		const VpSearchDir *dir = result->search->pdata[file->specificity];
		VpCandidate *candidate = candidate_new();
		const char *disabled = NULL;

		candidate->name = (char *)g_steal_pointer(&file->name);
		candidate->manifest = g_build_filename(dir->dir, candidate->name, NULL);
		g_ptr_array_add(result->candidates, candidate);
		if (config)
			disabled = config_disabling(config, candidate->name);
		candidate_judge_name(candidate);
		if (!candidate_is_pending(candidate))
			continue;
		if (disabled) {
			/* All of that name are: none comes out from behind another. */
			candidate->masked_by = g_strdup(config->path);
			candidate_settle(candidate, VP_VERDICT_MASKED,
				"%s disables it (disable=%s)", config->path, disabled);
		} else if (effective && g_str_equal(effective->name, candidate->name)) {
			candidate->masked_by = g_strdup(effective->manifest);
			candidate_settle(candidate, VP_VERDICT_MASKED,
				"%s takes its place", effective->manifest);
		} else {
			effective = candidate;
		}
	}
	return true;
}
