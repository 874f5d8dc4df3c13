// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * refresh: runs everything and writes the cache, as at boot, and removes entries that
 * nobody can believe any more. It begins when manifests and libraries have stopped
 * changing.
 */
#include "probe/cli/verbs.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "installed.h"
#include "probe/cli/output.h"
#include "probe/cli/progress.h"

/*
 * Packages put their files in place one by one, and ldconfig comes last. So the work
 * begins when nothing has changed for a moment, and is done once more where something
 * changed meanwhile: whatever has started this after a change (systemd's path units) does
 * not see further ones until it has ended.
 */
#define QUIET_US     (500 * 1000)
#define QUIET_MAX_US (10 * G_USEC_PER_SEC)
#define AGAIN_MAX    10

/* Rewritten by ldconfig: all entries depend on it. */
#define LD_SO_CACHE "/etc/ld.so.cache"

/* What decides which programs there are, what they see and what they are linked with. */
typedef struct {
	GString *seen;     /* compared only for equality */
	gint64 changed_us; /* the last change, real time */
} Look;

static void look_at_file(Look *look, int dir_fd, const char *name)
{
	struct stat st;

	if (fstatat(dir_fd, name, &st, 0) < 0) {
		g_string_append_printf(look->seen, "%s - ", name);
		return;
	}
	g_string_append_printf(look->seen, "%s %llx:%llu:%lld.%09ld ", name,
		(unsigned long long)st.st_dev, (unsigned long long)st.st_ino,
		(long long)st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
	look->changed_us = MAX(look->changed_us,
		st.st_ctim.tv_sec * G_USEC_PER_SEC + st.st_ctim.tv_nsec / 1000);
}

/* With its manifests: one that is written in place does not change its directory. */
static void look_at_dir(Look *look, const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *found;

	look_at_file(look, AT_FDCWD, path);
	while (dir && (found = readdir(dir)))
		if (g_str_has_suffix(found->d_name, ".json"))
			look_at_file(look, dirfd(dir), found->d_name);
	if (dir)
		closedir(dir);
}

static Look look_at_all(const VpRequest *request)
{
	Look look = {g_string_new(NULL), 0};

	look_at_file(&look, AT_FDCWD, VHOST_PROBE_CONFIG);
	look_at_file(&look, AT_FDCWD, LD_SO_CACHE);
	for (const char *const *dir = vp_request_get_search(request);
		!vp_request_get_binary(request) && *dir; dir++)
		look_at_dir(&look, *dir);
	return look;
}

/* Takes the place of @before. Returns: whether it is the same. */
static bool look_again(Look *before, const VpRequest *request)
{
	Look now = look_at_all(request);
	bool same = g_string_equal(before->seen, now.seen);

	g_string_free(before->seen, TRUE);
	*before = now;
	return same;
}

/* Judged by two looks, since a change may bear a time in the future. */
static void wait_for_quiet(Look *look, const VpRequest *request, Progress *progress)
{
	gint64 deadline = g_get_monotonic_time() + QUIET_MAX_US;
	bool quiet = false;

	while (!quiet && g_get_monotonic_time() < deadline) {
		gint64 age = g_get_real_time() - look->changed_us;
		gint64 rest = CLAMP(QUIET_US - age, 0, QUIET_US);

		progress_show(progress, "until manifests and libraries stop changing");
		if (rest)
			g_usleep((gulong)rest);
		quiet = !rest || look_again(look, request);
	}
	progress_wipe(progress);
}

/* Runs everything, and removes what is dead. Returns: as probe(). */
static VpResult *refresh(const Options *options, guint *n_removed, GError **error)
{
	VpResult *result = probe(options, VP_MODE_LIST);
	guint n = 0;

	/* Where nothing can be written, that is what is reported. */
	if (result && !vp_result_get_cache_error(result) && !*error)
		vp_cache_sweep(result, &n, error);
	*n_removed += n;
	return result;
}

/* Returns: likewise, of what there is at its end. */
static VpResult *refresh_settled(
	const Options *options, guint *ret_n_removed, GError **error)
{
	Look look = look_at_all(options->request);
	VpResult *result = NULL;
	bool settled = false;
	Progress progress;

	progress_start(&progress, options->quiet);
	*ret_n_removed = 0;
	for (int i = 0; i < AGAIN_MAX && !settled; i++) {
		wait_for_quiet(&look, options->request, &progress);
		vp_result_free(result);
		/* An earlier round's: this one tries again. */
		g_clear_error(error);
		result = refresh(options, ret_n_removed, error);
		/* The last thing to be done: what changes now is seen by nobody. */
		settled = !result || look_again(&look, options->request);
	}
	g_string_free(look.seen, TRUE);
	if (!settled)
		report_error(
			"manifests, libraries or the configuration keep changing; what "
			"has changed since they were last looked at is not in the cache");
	return result;
}

static int run(const Options *options)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(VpResult) result = NULL;
	const Screen remarks = screen_look(STDERR_FILENO, false);
	char *not_kept;
	VpRequest *request = options->request;
	guint n_removed;
	int status;

	if (!vp_request_get_cache_dir(request))
		return report_error(NO_CACHE_DIR);
	vp_request_set_cache(request, VP_CACHE_REFRESH);
	result = refresh_settled(options, &n_removed, &error);
	if (!result)
		return STATUS_FAILED;
	if (error)
		report_error(error->message);
	if (!print_json(options, result) && !options->quiet) {
		const Screen screen = screen_look(STDOUT_FILENO, options->color);
		g_autofree char *table = output_list(result, NULL, &screen);
		g_autofree char *summary = output_refreshed(result, n_removed);

		print_answer(table, -1);
		print_answer(summary, -1);
	}
	not_kept = output_not_kept(result, &remarks);
	if (not_kept)
		consume_remark(options, not_kept);
	status = report(options, result);
	/* The only purpose of a refresh is that the cache is written. */
	return status == STATUS_DONE && (vp_result_get_cache_error(result) || error)
		       ? STATUS_FAILED
		       : status;
}

const Verb verb_refresh = {
	.name = "refresh",
	.about = "run all programs and write the cache, as units do at boot",
	.run = run,
	.takes = TAKES_PROBE | TAKES_COLOR,
};
