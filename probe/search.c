// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Finds manifests. Directories come in, general to specific; a list of every file in them
 * goes out, sorted by name (D2), and within a name the most specific first: that one
 * takes effect, the others are masked by it (D3). No file is opened here.
 *
 * A directory that does not exist is not an error; one that cannot be read is reported,
 * and is an error only if the caller named it. There may be very many files, so that they
 * are sorted while they are read, in steps.
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

/* Each takes a microsecond or so. */
#define NAMES_PER_STEP 500

/* One entry of a directory, until all are sorted. */
typedef struct {
	char *name;
	guint specificity; /* index of its directory */
} File;

struct Search {
	VpResult *result;
	SandboxReach *reach;          /* or NULL */
	GPtrArray *open;              /* of DIR *, as searched; NULL: not to be read */
	bool opened;                  /* all of them */
	guint reading;                /* which of them */
	GSequence *files;             /* of File *, sorted */
	const VpCandidate *effective; /* the latest that takes effect */
};

static void free_file(void *data)
{
	File *file = data;

	g_free(file->name);
	g_free(file);
}

static int compare_files(const void *a, const void *b, void *unused)
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

/* Reads some of the directory whose turn it is. Returns: FALSE where that fails, and is
 * nothing of the directory's. Else it says what was wrong. */
static bool read_some(Search *search, GError **error)
{
	VpSearchDir *dir = search->result->search->pdata[search->reading];
	DIR *directory = search->open->pdata[search->reading];
	const struct dirent *entry = NULL;
	int errnum;

	errno = 0;
	for (guint n = 0; directory && n < NAMES_PER_STEP && !dir->error; n++) {
		File *file;

		errno = 0;
		entry = readdir(directory);
		if (!entry)
			break;
		if (g_str_equal(entry->d_name, ".") || g_str_equal(entry->d_name, ".."))
			continue;
		if (dir->n_files == FILES_MAX) {
			dir->error = g_strdup("too many files");
			break;
		}
		file = g_new(File, 1);
		*file = (File){g_strdup(entry->d_name), search->reading};
		g_sequence_insert_sorted(search->files, file, compare_files, NULL);
		dir->n_files++;
	}
	errnum = entry ? 0 : errno;
	if (entry && !dir->error)
		return true;
	search->reading++;
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

/* Reached by two names, its files would mask themselves: they count for the more specific
 * one. */
static void forget_repeated(GPtrArray *open)
{
	for (guint i = 0; i < open->len; i++)
		for (guint j = i + 1; open->pdata[i] && j < open->len; j++) {
			if (!open->pdata[j] ||
				!same_directory(open->pdata[i], open->pdata[j]))
				continue;
			closedir(open->pdata[i]);
			open->pdata[i] = NULL;
		}
}

/* Opens them as far as they answer. */
static bool open_all(Search *search, GError **error)
{
	VpResult *result = search->result;
	const char *path;

	while ((path = result->request->search[result->search->len])) {
		SandboxReached reached = sandbox_reach(search->reach, path);
		DIR *directory = NULL;
		VpSearchDir *dir;

		if (reached == SANDBOX_REACH_WAITS)
			return true;
		dir = g_new0(VpSearchDir, 1);
		dir->dir = g_strdup(path);
		g_ptr_array_add(result->search, dir);
		if (reached == SANDBOX_UNREACHED) {
			dir->found = true;
			dir->error = g_strconcat(
				"it ", sandbox_reach_hung(search->reach), NULL);
		} else if (!open_directory(dir, &directory, error)) {
			return false;
		}
		g_ptr_array_add(search->open, directory);
	}
	forget_repeated(search->open);
	search->opened = true;
	return true;
}

/* Returns: (nullable): one that the caller has named, and that cannot be read. */
static const VpSearchDir *find_unreadable(const VpResult *result)
{
	for (guint i = 0; i < result->search->len; i++) {
		const VpSearchDir *dir = result->search->pdata[i];

		if (dir->error && result->request->search_must_be_readable)
			return dir;
	}
	return NULL;
}

/* The file's name goes over to it. */
static void add_candidate(Search *search, File *file)
{
	VpResult *result = search->result;
	const VpSearchDir *dir = result->search->pdata[file->specificity];
	const VpConfig *config = result->request->config;
	const VpCandidate *effective = search->effective;
	VpCandidate *candidate = candidate_new();
	const char *disabled = NULL;

	candidate->name = (char *)g_steal_pointer(&file->name);
	candidate->manifest = g_build_filename(dir->dir, candidate->name, NULL);
	g_ptr_array_add(result->candidates, candidate);
	if (config)
		disabled = config_disabling(config, candidate->name);
	candidate_judge_name(candidate);
	if (!candidate_is_pending(candidate))
		return;
	if (disabled) {
		/* All of that name are: none reappears from under another. */
		candidate->masked_by = g_strdup(config->path);
		candidate_settle(candidate, VP_VERDICT_MASKED,
			"%s disables it (disable=%s)", config->path, disabled);
	} else if (effective && g_str_equal(effective->name, candidate->name)) {
		candidate->masked_by = g_strdup(effective->manifest);
		candidate_settle(candidate, VP_VERDICT_MASKED, "%s takes its place",
			effective->manifest);
	} else {
		search->effective = candidate;
	}
}

/* To free all of them at once would take long. */
static void add_some(Search *search)
{
	GSequenceIter *first = g_sequence_get_begin_iter(search->files);

	for (guint n = 0; n < NAMES_PER_STEP && !g_sequence_iter_is_end(first); n++) {
		add_candidate(search, g_sequence_get(first));
		g_sequence_remove(first);
		first = g_sequence_get_begin_iter(search->files);
	}
}

Search *search_new(VpResult *result, SandboxReach *reach)
{
	Search *search = g_new0(Search, 1);

	search->result = result;
	search->reach = reach;
	search->open = g_ptr_array_new_with_free_func(close_if_open);
	search->files = g_sequence_new(free_file);
	return search;
}

void search_free(Search *search)
{
	if (!search)
		return;
	g_ptr_array_unref(search->open);
	g_sequence_free(search->files);
	g_free(search);
}

bool search_step(Search *search, bool *ret_done, GError **error)
{
	VpResult *result = search->result;

	*ret_done = false;
	if (!search->opened && !open_all(search, error))
		return false;
	if (!search->opened)
		return true;
	if (search->reading < search->open->len)
		return read_some(search, error);
	result->unreadable = find_unreadable(result);
	if (!result->unreadable)
		add_some(search);
	*ret_done = result->unreadable || g_sequence_is_empty(search->files);
	return true;
}
