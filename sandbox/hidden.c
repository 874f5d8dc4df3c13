// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Whether a path that a program has named is there outside, and hidden from it. Paths
 * come in, which may be a hostile program's choice; the first that is hidden goes out,
 * with what would have to be exposed.
 *
 * Looking must have no effect, and must not hang. So the way is walked step by step: no
 * mount is entered whose file system is not known to answer by itself, which leaves out
 * those of a network, of a process (FUSE), and autofs. And looking must tell nobody what
 * they could not find out themselves: where root's programs run as nobody, the way ends
 * at what is closed to nobody. Exposing it would help no program either.
 */
#include "sandbox/sandbox.h"

#include <errno.h>
#include <limits.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/access.h"
#include "common/autofd.h"
#include "sandbox/base/kernel.h"
#include "sandbox/base/paths.h"
#include "sandbox/plan.h"

/* Of what one program has named. */
#define PATHS_MAX 64

/* As many as the kernel follows. */
#define LINKS_MAX 40

/* File systems that answer by themselves: from a disk, from memory, or of the kernel's
 * own. An overlay answers as what it lies on, which is this system's root in most cases.
 */
static const char *const local_types[] = {"bcachefs", "btrfs", "devtmpfs", "erofs",
	"exfat", "ext2", "ext3", "ext4", "f2fs", "iso9660", "jfs", "msdos", "nilfs2",
	"ntfs3", "overlay", "ramfs", "reiserfs", "rootfs", "squashfs", "sysfs", "tmpfs",
	"udf", "vfat", "xfs", "zfs", NULL};

/* Devices that backends use, and nobody harms the host's data by opening them. */
static const char *const useful_devices[] = {"/dev/dri/", "/dev/gpiochip", "/dev/i2c-",
	"/dev/input/", "/dev/kfd", "/dev/kvm", "/dev/media", "/dev/net/tun",
	"/dev/nvidia", "/dev/rtc", "/dev/snd/", "/dev/spidev", "/dev/udmabuf",
	"/dev/vhost-", "/dev/video", NULL};

typedef struct {
	GString *plan;
	char *home; /* see PlanFor */
	bool as_nobody;
} Looker;

/* Where a path leads. */
typedef struct {
	char *real_path;
	GPtrArray *links; /* of char *: where those lie that led here */
	struct stat st;
	char *foreign_type; /* nothing was looked at beyond: it is of this file system */
} Found;

static void found_clear(Found *found)
{
	g_free(found->real_path);
	g_free(found->foreign_type);
	if (found->links)
		g_ptr_array_unref(found->links);
	*found = (Found){0};
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Found, found_clear)

/* ---- walking ---- */

bool sandbox_is_local_type(const char *type)
{
	return g_strv_contains(local_types, type);
}

/* Returns: (transfer full): the type of what is mounted at @path, a real path. */
static char *mounted_type(const char *path)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	char buffer[4 * PATH_MAX];
	char *type = NULL;
	struct mntent entry;

	/* The last one lies on top. */
	while (mounts && getmntent_r(mounts, &entry, buffer, sizeof buffer))
		if (g_str_equal(entry.mnt_dir, path)) {
			g_free(type);
			type = g_strdup(entry.mnt_type);
		}
	if (mounts)
		endmntent(mounts);
	return type ? type : g_strdup("unknown");
}

/* Opens @name in @at, which is @path then, without following or waiting for anything. */
static int step(int at, const char *name, const char *path, char **ret_foreign_type)
{
	struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_NO_XDEV,
	};
	int fd = (int)syscall(SYS_openat2, at, name, &how, sizeof how);
	g_autofree char *type = NULL;

	if (fd >= 0 || errno != EXDEV)
		return fd;
	type = mounted_type(path);
	if (sandbox_is_local_type(type))
		return openat(at, name, (int)how.flags);
	*ret_foreign_type = g_steal_pointer(&type);
	return -1;
}

static bool may_enter(const Looker *looker, const struct stat *st)
{
	const AccessId nobody = {SANDBOX_INSIDE_ID, SANDBOX_INSIDE_ID, NULL, 0};

	return !looker->as_nobody || access_allows(st, &nobody, ACCESS_EXECUTE);
}

/* Returns: (transfer full) (nullable): where the link @fd leads on to, from @directory.
 */
static char *follow(int fd, const char *directory, const char *rest)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(fd, "", target, sizeof target - 1);

	if (n <= 0)
		return NULL;
	target[n] = '\0';
	return *target == '/' ? g_strdup_printf("%s/%s", target, rest)
			      : g_strdup_printf("%s/%s/%s", directory, target, rest);
}

/*
 * Follows @path as far as it leads without a link, or a "..".
 * @ret_next: (nullable): where to begin anew instead
 *
 * Returns: whether anything was found: what is there, or where it cannot be looked at.
 */
static bool walk_once(
	const Looker *looker, const char *path, Found *found, char **ret_next)
{
	g_autoptr(GString) real_path = g_string_new(NULL);
	g_auto(GStrv) names = g_strsplit(path, "/", -1);
	autofd at = open("/", O_PATH | O_CLOEXEC);

	for (char **name = names; at >= 0 && *name; name++) {
		gsize length = real_path->len;
		g_autofree char *rest = NULL;
		int next;

		if (!**name || g_str_equal(*name, "."))
			continue;
		if (length && !may_enter(looker, &found->st))
			return false;
		rest = g_strjoinv("/", name + 1);
		if (g_str_equal(*name, "..")) {
			g_autofree char *above =
				g_path_get_dirname(length ? real_path->str : "/");

			*ret_next = g_strdup_printf("%s/%s", above, rest);
			return false;
		}
		g_string_append_printf(real_path, "/%s", *name);
		next = step(at, *name, real_path->str, &found->foreign_type);
		if (found->foreign_type) {
			found->real_path = g_strdup_printf(
				"%s%s%s", real_path->str, *rest ? "/" : "", rest);
			return true;
		}
		close_fd(&at);
		at = next;
		if (at < 0 || fstat(at, &found->st) < 0)
			return false;
		if (S_ISLNK(found->st.st_mode)) {
			g_ptr_array_add(found->links, g_strdup(real_path->str));
			g_string_truncate(real_path, length);
			*ret_next = follow(at, real_path->str, rest);
			return false;
		}
	}
	found->real_path = g_strdup(real_path->str);
	return at >= 0 && real_path->len;
}

static bool walk(const Looker *looker, const char *path, Found *ret_found)
{
	g_autofree char *at = g_strdup(path);

	ret_found->links = g_ptr_array_new_with_free_func(g_free);
	for (int i = 0; at && i < LINKS_MAX && strlen(at) < PATH_MAX; i++) {
		char *next = NULL;

		if (walk_once(looker, at, ret_found, &next))
			return true;
		g_free(at);
		at = next;
	}
	return false;
}

/* ---- judging ---- */

static bool starts_with_any(const char *path, const char *const *prefixes)
{
	for (; *prefixes; prefixes++)
		if (g_str_has_prefix(path, *prefixes))
			return true;
	return false;
}

/* Whether the program's id may read what was found. Of devices root's programs are in the
 * groups, except root's own. */
static bool may_read(const Looker *looker, const Found *found)
{
	const AccessId nobody = {SANDBOX_INSIDE_ID, SANDBOX_INSIDE_ID, NULL, 0};
	const struct stat *st = &found->st;

	if (!looker->as_nobody)
		return faccessat(AT_FDCWD, found->real_path,
			       S_ISDIR(st->st_mode) ? X_OK : R_OK, AT_EACCESS) == 0;
	if (S_ISCHR(st->st_mode) && st->st_gid != 0 && (st->st_mode & S_IRGRP))
		return true;
	return access_allows(
		st, &nobody, S_ISDIR(st->st_mode) ? ACCESS_EXECUTE : ACCESS_READ);
}

/* Whether it is a directory that is never shown whole. The room has some of its own, and
 * who looks for one that everybody may write can do with that. */
static bool is_place(const Looker *looker, const Found *found)
{
	static const char *const own[] = {"/", "/dev", "/sys", NULL};
	const struct stat *st = &found->st;

	return S_ISDIR(st->st_mode) && !(st->st_mode & S_IWOTH) &&
	       !g_strv_contains(own, found->real_path) &&
	       plan_is_never_whole(found->real_path, looker->home);
}

/* Whether a program could make use of it, if it were shown. */
static bool is_of_use(const Looker *looker, const Found *found)
{
	mode_t type = found->st.st_mode & S_IFMT;

	if (type == S_IFDIR && plan_is_never_whole(found->real_path, looker->home))
		return false;
	return (type == S_IFREG || type == S_IFDIR ||
		       (type == S_IFCHR &&
			       starts_with_any(found->real_path, useful_devices))) &&
	       may_read(looker, found);
}

/* Whether a part of it is hidden from those who list directories: what lies there is
 * seldom meant for others. */
static bool has_dot_name(const char *path)
{
	return strstr(path, "/.") != NULL;
}

/* Returns: (transfer full) (nullable): what shows @path: the directory that it lies in,
 * unless that is everybody's; NULL where nobody should be told to. */
static char *find_exposure(const Looker *looker, const char *path, mode_t type)
{
	g_autofree char *directory =
		S_ISDIR(type) ? g_strdup(path) : g_path_get_dirname(path);

	if (has_dot_name(path) || plan_is_in_home(path, looker->home, true))
		return NULL;
	if (S_ISCHR(type))
		return g_strdup(path);
	if (!plan_is_never_whole(directory, looker->home))
		return g_steal_pointer(&directory);
	return S_ISDIR(type) ? NULL : g_strdup(path);
}

/* Likewise where nothing may be looked at. */
static char *find_exposure_of_foreign(const Looker *looker, const char *path)
{
	return has_dot_name(path) || plan_is_in_home(path, looker->home, false)
		       ? NULL
		       : g_strdup(path);
}

/* Returns: whether @exposure (transfer full) is one. */
static bool add_exposure(GPtrArray *exposures, char *exposure)
{
	if (!exposure)
		return false;
	if (g_ptr_array_find_with_equal_func(exposures, exposure, g_str_equal, NULL))
		g_free(exposure);
	else
		g_ptr_array_add(exposures, exposure);
	return true;
}

/* Returns: (transfer full) (nullable): all that has to be exposed. A link is shown by the
 * directory that it lies in, and by nothing else. */
static char **find_exposures(const Looker *looker, const Found *found)
{
	g_autoptr(GPtrArray) exposures = g_ptr_array_new_with_free_func(g_free);
	bool known = true;

	for (guint i = 0; i < found->links->len; i++) {
		const char *link = found->links->pdata[i];
		g_autofree char *directory = g_path_get_dirname(link);

		if (!plan_shows(looker->plan, link))
			known = known &&
				add_exposure(exposures,
					find_exposure(looker, directory, S_IFDIR));
	}
	if (!plan_shows(looker->plan, found->real_path))
		known = known && add_exposure(exposures,
					 found->foreign_type
						 ? find_exposure_of_foreign(
							   looker, found->real_path)
						 : find_exposure(looker, found->real_path,
							   found->st.st_mode & S_IFMT));
	if (!known || !exposures->len)
		return NULL;
	g_ptr_array_set_free_func(exposures, NULL);
	g_ptr_array_add(exposures, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&exposures), FALSE);
}

static bool is_hidden(const Looker *looker, const Found *found)
{
	/* Of these a link would be shown. */
	if (g_strv_contains(sandbox_link_paths, found->real_path))
		return !plan_leads_to(looker->plan, found->real_path);
	if (!plan_shows(looker->plan, found->real_path))
		return true;
	for (guint i = 0; i < found->links->len; i++)
		if (!plan_shows(looker->plan, found->links->pdata[i]))
			return true;
	return false;
}

/* @is_wanted: whether what is found is worth a word. */
static bool look_at(const Looker *looker, const char *path,
	bool (*is_wanted)(const Looker *, const Found *), SandboxHidden *ret_hidden)
{
	g_auto(Found) found = {0};

	if (!walk(looker, path, &found) || !is_hidden(looker, &found) ||
		(!found.foreign_type && !is_wanted(looker, &found)))
		return false;
	*ret_hidden = (SandboxHidden){
		.path = path,
		.in_home = is_wanted == is_of_use &&
			   plan_is_in_home(
				   found.real_path, looker->home, !found.foreign_type),
		.expose = find_exposures(looker, &found),
	};
	ret_hidden->foreign_type = g_steal_pointer(&found.foreign_type);
	return true;
}

bool sandbox_find_hidden(const SandboxPolicy *policy, const char *real_path,
	const char *const *paths, SandboxHidden *ret_hidden)
{
	g_autoptr(GPtrArray) common = plan_common(policy->expose);
	g_autofree char *home = plan_resolve_home(policy->home);
	const bool as_nobody = sandbox_runs_as_nobody(policy);
	const PlanFor program = {real_path, home, as_nobody};
	g_autoptr(GString) plan = plan_text(common, &program, NULL);
	const Looker looker = {plan, home, as_nobody};

	for (int i = 0; i < PATHS_MAX && paths[i]; i++)
		if (look_at(&looker, paths[i], is_of_use, ret_hidden))
			return true;
	/* Of a place there is nothing to advise; of several one would have been enough.
	 */
	return paths[0] && look_at(&looker, paths[0], is_place, ret_hidden);
}

void sandbox_hidden_clear(SandboxHidden *hidden)
{
	g_strfreev(hidden->expose);
	g_free(hidden->foreign_type);
	*hidden = (SandboxHidden){0};
}
