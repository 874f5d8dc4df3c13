// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The room that programs run in: a tmpfs as root with read-only binds of what programs
 * need, and one directory to write in (tmp.c).
 *
 * There are two halves because looking up and creating need different ids. The caller's
 * id may look up directories that are closed to others (a root-owned 0700 directory that
 * holds a backend), but has no name inside the user namespace, so the kernel refuses to
 * create anything with it (EOVERFLOW). Hence: clone all trees with the caller's id,
 * change ids, then build.
 *
 * A half-built root is let go again: programs may be run without it.
 */
#include "sandbox/warden/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include "common/autofd.h"
#include "common/blame.h"
#include "sandbox/base/kernel.h"
#include "sandbox/base/paths.h"
#include "sandbox/warden/control.h"
#include "sandbox/warden/fifos.h"
#include "sandbox/warden/mounts.h"
#include "sandbox/warden/tmp.h"

/* Bound with working device nodes, unlike all else. */
static const char *const device_paths[] = {
	"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};

static const struct {
	const char *path, *target;
} device_links[] = {
	{"dev/fd", "/proc/self/fd"},
	{"dev/stdin", "/proc/self/fd/0"},
	{"dev/stdout", "/proc/self/fd/1"},
	{"dev/stderr", "/proc/self/fd/2"},
};

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))
#define TREES_MAX         512

/* Beside the plan: the system's and the devices, and a program's directories. */
_Static_assert(PLAN_COMMON_MAX + PLAN_OWN_LINKS_MAX + 40 <= TREES_MAX,
	"every plan that is sent has its place");

/* A tree (a detached mount) or a link to make, and where it goes. */
typedef struct {
	const char *path;
	int fd; /* -1: a link to @target */
	bool directory;
	bool device; /* which can be opened, even if another tree shows it already */
	char target[256];
} Tree;

struct JailSources {
	Tree trees[TREES_MAX];
	unsigned n;
	unsigned n_system; /* the first ones, without which there is no room */
	Fifos fifos; /* in the other trees: the system's are too large to look through */
};

static JailSources sources_of_this_process;

/* What "/" must be, and remain. */
static struct stat root_stat;

/* Takes @fd, a mount that is attached nowhere, and makes it read-only, without setuid
 * bits and (except for @devices) device nodes taking effect, and without any mount that
 * appears in it later. */
static int take(JailSources *sources, int detached, const char *path, bool devices,
	unsigned recursive)
{
	KernelMountAttr attr = {
		.set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
		       (devices ? 0 : MOUNT_ATTR_NODEV),
		.propagation = MS_PRIVATE,
	};
	Tree *tree = &sources->trees[sources->n];
	autofd fd = detached;
	struct stat st;

	if (sources->n == TREES_MAX)
		return ENOSPC;
	if (fstat(fd, &st) < 0)
		return errno;
	if (sys_mount_setattr(fd, AT_EMPTY_PATH | recursive, &attr) < 0)
		return errno;
	tree->path = path;
	tree->directory = S_ISDIR(st.st_mode);
	tree->device = devices;
	tree->fd = steal_fd(&fd);
	sources->n++;
	return 0;
}

/* Clones the tree at @path, all mounts below included if @recursive says so. Absence is
 * no error: the tree is left out. */
static int collect(JailSources *sources, int dir_fd, const char *path, bool devices,
	unsigned recursive)
{
	int fd = sys_open_tree(dir_fd, dir_fd == AT_FDCWD ? path : "",
		OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | recursive |
			(dir_fd == AT_FDCWD ? AT_SYMLINK_NOFOLLOW : AT_EMPTY_PATH));

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == EACCES ? 0 : errno;
	return take(sources, fd, path, devices, recursive);
}

/* Returns: whether @path is a link (else errno says why not), which is then noted to be
 * made anew. */
static bool collect_link(JailSources *sources, const char *path)
{
	Tree *tree = &sources->trees[sources->n];
	ssize_t n = readlink(path, tree->target, sizeof tree->target - 1);

	if (n == sizeof tree->target - 1)
		errno = ENAMETOOLONG;
	if (n < 0 || n == sizeof tree->target - 1)
		return false;
	tree->target[n] = '\0';
	tree->path = path;
	tree->fd = -1;
	sources->n++;
	return true;
}

/* Links are noted to be made anew. */
static int collect_all(JailSources *sources, const char *const *paths)
{
	int r = 0;

	for (; !r && *paths; paths++)
		if (!collect_link(sources, *paths))
			r = collect(
				sources, AT_FDCWD, *paths, false, KERNEL_AT_RECURSIVE);
	return r;
}

int jail_collect(JailSources **ret_sources, bool shows_etc)
{
	static const char *const etc[] = {SANDBOX_ETC, NULL};
	JailSources *sources = &sources_of_this_process;
	int r;

	/* Nothing that is mounted here is visible outside, nor the reverse. */
	if (syscall(SYS_mount, NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return errno;
	r = collect_all(sources, sandbox_system_paths);
	if (!r)
		r = collect_all(sources, shows_etc ? etc : sandbox_etc_paths);
	if (r)
		return r;
	for (size_t i = 0; i < N_ELEMENTS(device_paths); i++) {
		r = collect(sources, AT_FDCWD, device_paths[i], true, 0);
		if (r)
			return r;
	}
	sources->n_system = sources->n;
	*ret_sources = sources;
	return 0;
}

/* One node only: if a directory has taken its place, everything in it would be open. */
static int collect_device(JailSources *sources, int fd, const char *path)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return errno;
	return S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)
		       ? collect(sources, fd, path, true, 0)
		       : ENODEV;
}

/* What one program needs, and the FIFOs in it. The system's trees are too large to be
 * searched for FIFOs, and their owner is root. @detached: it is a mount already, attached
 * nowhere. */
static int collect_tree(JailSources *sources, int tree, const char *entry, bool detached)
{
	const char *path = plan_entry_path(entry);
	autofd fd = tree;
	unsigned n = sources->n;
	int r = detached ? take(sources, steal_fd(&fd), path, false, KERNEL_AT_RECURSIVE)
			 : collect(sources, fd, path, false, KERNEL_AT_RECURSIVE);

	if (r || *entry == PLAN_SYSTEM || sources->n == n || !sources->trees[n].directory)
		return r;
	return fifos_find(&sources->fifos, sources->trees[n].fd, path);
}

static int collect_entry(
	JailSources *sources, const Plan *plan, unsigned i, const char *entry)
{
	bool detached;
	autofd fd = -1;

	if (sources->n == TREES_MAX)
		return ENOSPC;
	if (*entry == PLAN_LINK)
		return collect_link(sources, plan_entry_path(entry)) ? 0 : errno;
	fd = plan_open(plan, i, entry, &detached);
	if (fd < 0)
		return errno;
	return *entry == PLAN_DEVICE
		       ? collect_device(sources, fd, plan_entry_path(entry))
		       : collect_tree(sources, steal_fd(&fd), entry, detached);
}

int jail_collect_plan(JailSources *sources, const Plan *plan)
{
	const char *entry = plan->entries;

	for (unsigned i = 0; i < plan->n_entries; i++, entry += strlen(entry) + 1) {
		/* A backend's directory that cannot be shown harms only that backend: its
		 * program is not found inside. A shortage of ours is different. */
		int r = collect_entry(sources, plan, i, entry);

		if (blame_is_shortage(r) || r == ENOSPC)
			return r;
	}
	return 0;
}

static int mount_root(void)
{
	const MountOption options[] = {{"mode", "0755"}, {NULL, NULL}};

	return mount_new("tmpfs", options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
}

/* Programs read /proc/self/exe and limits of the kernel; they see only their own
 * processes. The kernel's "invisible" would show all processes to the group 0, which root
 * of a user namespace without other ids cannot leave. */
static int mount_proc(void)
{
	/* Older kernels know only the number. */
	static const char *const own_only[] = {"ptraceable", "4"};
	int fd = -1;

	for (size_t i = 0; fd < 0 && i < N_ELEMENTS(own_only); i++) {
		const MountOption options[] = {{"hidepid", own_only[i]}, {NULL, NULL}};

		fd = mount_new("proc", options,
			MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
				MOUNT_ATTR_NOEXEC);
	}
	return fd;
}

/* Opens @name in @dir_fd, or makes it if it is not there. */
static int open_or_make(int dir_fd, const char *name, bool directory)
{
	int flags = O_PATH | O_NOFOLLOW | O_CLOEXEC | (directory ? O_DIRECTORY : 0);
	int fd = openat(dir_fd, name, flags);

	if (fd >= 0 || errno != ENOENT)
		return fd;
	if (directory ? mkdirat(dir_fd, name, 0755) < 0
		      : mknodat(dir_fd, name, S_IFREG | 0444, 0) < 0)
		return -1;
	return openat(dir_fd, name, flags);
}

/*
 * Opens the mount point for @path, and makes the missing parts of it. It goes step by
 * step, through no link: in an exposed directory links may be a stranger's, and the old
 * root can still be reached.
 */
static int open_mount_point(int root, const char *path, bool directory)
{
	char name[NAME_MAX + 1];
	autofd at = fcntl(root, F_DUPFD_CLOEXEC, 3);

	while (at >= 0 && *path) {
		size_t length = strcspn(path, "/");
		bool last = path[length] == '\0';
		int next;

		if (length > NAME_MAX) {
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(name, path, length);
		name[length] = '\0';
		next = open_or_make(at, name, !last || directory);
		close_fd(&at);
		at = next;
		path += length + !last;
	}
	return steal_fd(&at);
}

static int place_link(int root, const Tree *tree)
{
	const char *name = strrchr(tree->path, '/') + 1;
	char above[PATH_MAX] = "";
	autofd directory = -1;

	memcpy(above, tree->path + 1, (size_t)(name - tree->path) - 1);
	directory = open_mount_point(root, above, true);
	if (directory < 0 || symlinkat(tree->target, directory, name) < 0)
		return errno;
	return 0;
}

static int place(int root, Tree *tree)
{
	const char *path = tree->path + 1; /* relative */
	autofd fd = steal_fd(&tree->fd);
	autofd target = -1;
	struct stat there, wanted;

	if (fd < 0)
		return place_link(root, tree);
	target = open_mount_point(root, path, tree->directory);
	if (target < 0 || fstat(target, &there) < 0 || fstat(fd, &wanted) < 0)
		return errno;
	/* Below something that is shown already. */
	if (!tree->device && there.st_dev == wanted.st_dev &&
		there.st_ino == wanted.st_ino)
		return 0;
	if (S_ISLNK(there.st_mode))
		return ELOOP;
	return sys_move_mount(fd, target, "") < 0 ? errno : 0;
}

#define EMPTY (SANDBOX_EMPTY + 1)

/*
 * Lays an empty file over the one at @path, if that is of @type and can be reached. A
 * link is followed as it would be for the programs. Returns: 0 or an errno value.
 */
static int cover(int root, const char *path, mode_t type)
{
	KernelMountAttr read_only = {.set = MOUNT_ATTR_RDONLY};
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
	autofd target = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
	autofd empty = -1;
	struct stat st;
	int r = 0;

	if (target < 0)
		return blame_is_shortage(errno) ? errno : 0;
	if (fstat(target, &st) < 0)
		return errno;
	if ((st.st_mode & S_IFMT) != type)
		return 0;
	if (mknodat(root, EMPTY, S_IFREG | 0444, 0) < 0)
		return errno;
	empty = sys_open_tree(root, EMPTY, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	if (empty < 0 || sys_mount_setattr(empty, AT_EMPTY_PATH, &read_only) < 0 ||
		sys_move_mount(empty, target, "") < 0)
		r = errno;
	if (unlinkat(root, EMPTY, 0) < 0)
		return errno;
	/* It has been removed meanwhile: there is nothing to cover. */
	return r == ENOENT ? 0 : r;
}

/* The descriptions of all keys of the caller's id, whoever holds them, and how many there
 * are: the namespace changes nothing about that. */
static const char *const covered_in_proc[] = {"proc/keys", "proc/key-users"};

static int cover_in_proc(int root)
{
	int r = 0;

	for (size_t i = 0; !r && i < N_ELEMENTS(covered_in_proc); i++)
		r = cover(root, covered_in_proc[i], S_IFREG);
	return r;
}

static int cover_fifos(int root, const Fifos *fifos)
{
	const char *path = fifos->paths, *end = path + fifos->length;
	int r = 0;

	for (; !r && path < end; path += strlen(path) + 1)
		r = cover(root, path, S_IFIFO);
	return r;
}

/* Where the new root is attached while it is made; any directory will do. */
#define ROOT_SITE "/usr"

static int build_root(int root, int proc, JailSources *sources)
{
	KernelMountAttr read_only = {.set = MOUNT_ATTR_RDONLY};
	int r;

	for (unsigned i = 0; i < sources->n_system; i++) {
		r = place(root, &sources->trees[i]);
		if (r)
			return r;
	}
	for (size_t i = 0; i < N_ELEMENTS(device_links); i++)
		if (symlinkat(device_links[i].target, root, device_links[i].path) < 0)
			return errno;
	/* The file that makes every program load more. */
	r = cover(root, SANDBOX_ETC "/" SANDBOX_PRELOAD, S_IFREG);
	if (r)
		return r;
	/* A failure for these harms one backend only: see jail_collect_plan(). */
	for (unsigned i = sources->n_system; i < sources->n; i++) {
		r = place(root, &sources->trees[i]);
		if (blame_is_shortage(r) || r == ENOSPC)
			return r;
	}
	r = cover_fifos(root, &sources->fifos);
	if (r)
		return r;
	if (mkdirat(root, "proc", 0755) < 0 || sys_move_mount(proc, root, "proc") < 0)
		return errno;
	r = cover_in_proc(root);
	if (r)
		return r;
	r = tmp_make(root, sources->n - sources->n_system);
	if (r)
		return r;
	if (sys_mount_setattr(root, AT_EMPTY_PATH, &read_only) < 0 ||
		fstat(root, &root_stat) < 0)
		return errno;
	/* The old root is mounted on the new one, where "." reaches it, to detach it. */
	if (fchdir(root) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 ||
		syscall(SYS_umount2, ".", MNT_DETACH) < 0 || chdir("/") < 0)
		return errno;
	return 0;
}

/* Too few descriptors would be left for what comes. */
static void close_trees(JailSources *sources)
{
	for (unsigned i = 0; i < sources->n; i++)
		close_fd(&sources->trees[i].fd);
}

static int try_build(JailSources *sources)
{
	autofd root = mount_root();
	autofd proc = mount_proc();
	int r;

	if (root < 0 || proc < 0)
		return errno;
	umask(022);
	if (sys_move_mount(root, AT_FDCWD, ROOT_SITE) < 0)
		return errno;
	r = build_root(root, proc, sources);
	/* Programs may be run without this layer, and then need what it covers. */
	if (r && (chdir("/") < 0 || syscall(SYS_umount2, ROOT_SITE, MNT_DETACH) < 0))
		_exit(EXIT_NO_ROOT);
	return r;
}

int jail_build(JailSources *sources)
{
	int r = try_build(sources);

	close_trees(sources);
	return r;
}

int jail_canary_mount(void)
{
	struct stat st;

	/* It would change nothing. */
	if (stat("/", &st) < 0 || chmod("/", st.st_mode & 07777) == 0)
		return EEXIST;
	if (errno != EROFS || stat("/..", &st) < 0)
		return errno;
	if (st.st_dev != root_stat.st_dev || st.st_ino != root_stat.st_ino)
		return EXDEV;
	return tmp_canary();
}
