// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * check: what a packager or the author of a backend should know about manifests and
 * programs, as compilers say it; or a manifest for a program (--suggest).
 */
#include "probe/cli/verbs.h"

#include <errno.h>
#include <sys/stat.h>

#include "probe/cli/configuration.h"
#include "probe/cli/option-values.h"
#include "probe/cli/output.h"
#include "probe/cli/progress.h"
#include "probe/vhost-probe-words.h"

/* The words after the verb. */
typedef struct {
	char **files; /* manifests */
	char **dirs;  /* to be searched, general to specific */
} Named;

static void named_clear(Named *named)
{
	g_strfreev(named->files);
	g_strfreev(named->dirs);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Named, named_clear)

static bool has_words(char **words)
{
	return words && *words;
}

/* Manifests have no execute permission, or at least a name of their own. */
static bool is_program(const char *path)
{
	struct stat st;

	return !g_str_has_suffix(path, ".json") && stat(path, &st) == 0 &&
	       S_ISREG(st.st_mode) && (st.st_mode & S_IXUSR);
}

/* A dangling link is a file, about which there is something to say; so is one whose file
 * system does not answer. */
static bool sort_words(
	char **words, uint64_t timeout_us, Named *ret_named, GError **error)
{
	g_autoptr(GStrvBuilder) files = g_strv_builder_new(), dirs = g_strv_builder_new();

	for (; *words; words++) {
		g_autofree char *path = NULL;
		struct stat st;

		if (!**words)
			return usage_error(error, "check: the name of a file is empty");
		if (!make_absolute("check", *words, &path, error))
			return false;
		if (!vp_path_answers(path, timeout_us)) {
			g_strv_builder_add(files, path);
			continue;
		}
		if (lstat(path, &st) < 0)
			return usage_error(
				error, "check: %s: %s", *words, g_strerror(errno));
		if (is_program(path))
			return usage_error(error,
				"check: %s is a program; did you mean --binary %s?",
				*words, *words);
		g_strv_builder_add(
			stat(path, &st) == 0 && S_ISDIR(st.st_mode) ? dirs : files, path);
	}
	*ret_named = (Named){g_strv_builder_end(files), g_strv_builder_end(dirs)};
	return true;
}

/* What the table of options cannot say. */
static bool check_words(const Options *options, GError **error)
{
	const char *binary = vp_request_get_binary(options->request);
	bool named = *options->arguments;

	if (named && binary)
		return usage_error(error,
			"check: --binary and %s: check programs and manifests in "
			"separate calls",
			*options->arguments);
	if (named && vp_request_search_is_named(options->request))
		return usage_error(error,
			"check: --dir and %s: name all directories as arguments, without "
			"--dir",
			*options->arguments);
	if (options->suggest && !binary)
		return usage_error(error, "check --suggest needs --binary FILE");
	return true;
}

static void print_findings(const Options *options, const VpCheck *check)
{
	g_autofree char *text = options->json ? output_check_json(check)
					      : output_check(check, options->color);

	/* There the answer is the manifest. */
	if (options->suggest)
		consume_remark(options, g_steal_pointer(&text));
	else
		print_answer(text, -1);
}

/* Returns: whether there is one. */
static bool print_suggestion(const Options *options, const VpCheck *check)
{
	g_autofree char *name = NULL;
	g_autofree char *manifest = vp_check_suggest_manifest(check, &name);

	if (!manifest) {
		report_error("no manifest for this program would pass the check");
		return false;
	}
	print_answer(manifest, -1);
	consume_remark(options, g_strdup_printf("vhost-probe: name the file %s\n", name));
	return true;
}

/* Whether there was a manifest in force, a mask or a program. */
static bool has_checked(const VpResult *result)
{
	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++)
		if (vp_candidate_get_verdict(vp_result_get_candidate(result, i)) !=
			VP_VERDICT_SKIPPED_NAME)
			return true;
	return false;
}

/* After everything that is said about it. */
static int judge(const Options *options, const VpCheck *check)
{
	const VpResult *result = vp_check_get_result(check);
	int status = report(options, result);

	if (!options->suggest)
		consume_remark(options, output_checked(check));
	if (vp_check_get_n_unconfirmed(check))
		return report_error(
			"a failure is not confirmed, because something other than the "
			"program may be the reason; try again with --jobs 1");
	if (status != STATUS_DONE)
		return status;
	if (options->suggest && !print_suggestion(options, check))
		return STATUS_NO_MATCH;
	if (vp_check_get_n_of(check, VP_SEVERITY_ERROR) ||
		(options->strict && vp_check_get_n_of(check, VP_SEVERITY_WARNING)))
		return STATUS_NO_MATCH;
	/* A gate would otherwise pass if its directory is mistyped. */
	if (options->strict && !has_checked(result))
		return report_error("check --strict: there is no manifest to check");
	return STATUS_DONE;
}

/* Returns: as vp_check(). */
static VpCheck *check_all(const Options *options, char **files, GError **error)
{
	VpRequest *request = options->request;
	Progress progress;
	VpCheck *check;

	progress_follow(&progress, request, options->quiet);
	vp_request_set_mode(request, VP_MODE_LIST);
	check = vp_check(request, (const char *const *)files, error);
	progress_wipe(&progress);
	return check;
}

static int run(const Options *options)
{
	VpRequest *request = options->request;
	g_autoptr(GError) error = NULL;
	g_autoptr(VpCheck) check = NULL;
	g_auto(Named) named = {0};

	if (!check_words(options, &error) || !configure(options, &error) ||
		!sort_words(options->arguments, vp_request_get_timeout(request), &named,
			&error))
		return report_error(error->message);
	if (has_words(named.dirs) || has_words(named.files))
		vp_request_set_search(request, (const char *const *)named.dirs);
	check = check_all(options, named.files, &error);
	if (!check)
		return report_error(error->message);
	print_findings(options, check);
	return judge(options, check);
}

const Verb verb_check = {
	.name = "check",
	.about = "report what is wrong with manifests and programs",
	.help = "Without an argument it checks everything that a search finds. "
		"Directories are\n"
		"searched general to specific, manifests are checked one by one. It "
		"prints one\n"
		"line per finding, as compilers do, and exits with 1 if one is an "
		"error.\n",
	.run = run,
	.takes = TAKES_SEARCH | TAKES_RUN | TAKES_CHECK | TAKES_JSON | TAKES_COLOR |
		 TAKES_QUIET,
	.arguments = "[FILE|DIR...]",
};
