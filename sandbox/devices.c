// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Exposed devices. Exposed paths come in; entries of the plan go out, in which device
 * nodes are marked, and with them what the kernel says about graphics devices in /sys,
 * which their libraries read before they use one; and the groups that may open the nodes.
 *
 * Devices are only looked at here, never opened, since opening one may have effects. A
 * node that is replaced before the room is built is shown as what it is then, with the
 * groups of the old one.
 */
#include "sandbox/devices.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "common/blame.h"
#include "common/lack.h"

/* In total. A room holds some more trees than these. */
#define NODES_MAX 256

/* Where devices lie; in these, how many directories below the one that is exposed. */
static const char devices_directory[] = "/dev/";
#define DEPTH_MAX 2

typedef struct {
	char *path;
	struct stat st;
} Node;

static void node_free(void *data)
{
	Node *node = data;

	g_free(node->path);
	g_free(node);
}

void devices_clear(Devices *devices)
{
	if (devices->entries)
		g_ptr_array_unref(devices->entries);
	g_free(devices->stamp);
	*devices = (Devices){0};
}

static bool fail(GError **error, int errnum, const char *format, ...) G_GNUC_PRINTF(3, 4);

static bool fail(GError **error, int errnum, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (error)
		*error = g_error_new_valist(
			G_FILE_ERROR, g_file_error_from_errno(errnum), format, arguments);
	va_end(arguments);
	return false;
}

static bool fail_for_want(GError **error, int errnum, const char *path)
{
	return lack_set_error(error, errnum, "cannot look for devices in %s", path);
}

static char *as_entry(char kind, const char *path)
{
	return g_strdup_printf("%c%s", kind, path);
}

/* ---- nodes ---- */

static bool is_noted(const GPtrArray *nodes, const char *path)
{
	for (guint i = 0; i < nodes->len; i++)
		if (g_str_equal(((const Node *)nodes->pdata[i])->path, path))
			return true;
	return false;
}

/* Takes note of @path (consumed) if it is a node. Returns: whether it is. */
static bool look_at(GPtrArray *nodes, char *path, const struct stat *st)
{
	bool is_node = S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode);
	Node *node;

	if (!is_node || is_noted(nodes, path)) {
		g_free(path);
		return is_node;
	}
	node = g_new0(Node, 1);
	node->path = path;
	node->st = *st;
	g_ptr_array_add(nodes, node);
	return true;
}

static bool look_into(GPtrArray *nodes, const char *path, unsigned depth,
	bool *ret_has_nodes, GError **error);

/* Whether links and directories in @path lead to devices, too: in what the kernel and
 * udev keep there, the devices themselves may lie deeper (/dev/bus/usb), or be named by
 * links (/dev/dri/by-path). Anywhere else, links and directories may be anybody's. */
static bool is_of_dev(const char *path, const struct stat *st)
{
	return g_str_has_prefix(path, devices_directory) &&
	       (st->st_uid == 0 || st->st_uid == geteuid()) &&
	       !(st->st_mode & (S_IWGRP | S_IWOTH));
}

/* Takes note of the node that the link @path leads to, if it does. Not of a block device:
 * a directory of links would open all disks of the host. */
static bool look_behind(GPtrArray *nodes, const char *path)
{
	char target[PATH_MAX];
	struct stat st;

	return realpath(path, target) && g_str_has_prefix(target, devices_directory) &&
	       lstat(target, &st) == 0 && S_ISCHR(st.st_mode) &&
	       look_at(nodes, g_strdup(target), &st);
}

/* Looks at what lies at @path, in a directory @of_dev or another. Returns: as
 * look_into().
 */
static bool look_at_entry(GPtrArray *nodes, const char *path, bool of_dev, unsigned depth,
	bool *ret_has_nodes, GError **error)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return true;
	if (of_dev && S_ISDIR(st.st_mode))
		return !depth || !is_of_dev(path, &st) ||
		       look_into(nodes, path, depth - 1, ret_has_nodes, error);
	*ret_has_nodes |= of_dev && S_ISLNK(st.st_mode)
				  ? look_behind(nodes, path)
				  : look_at(nodes, g_strdup(path), &st);
	return true;
}

/* An entry that is listed as a file may still be a node: containers mount one over it. */
static bool may_be_node(const struct dirent *entry, bool of_dev)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
	       (of_dev || (entry->d_type != DT_DIR && entry->d_type != DT_LNK));
}

/* Returns: FALSE with @error; otherwise TRUE, with @ret_has_nodes set to TRUE if there
 * are any. */
static bool look_into(GPtrArray *nodes, const char *path, unsigned depth,
	bool *ret_has_nodes, GError **error)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	int errnum = directory ? 0 : errno;
	const struct dirent *entry;
	bool of_dev, ok = true;
	struct stat st;

	if (!directory && fd >= 0)
		close(fd);
	of_dev = directory && fstat(fd, &st) == 0 && is_of_dev(path, &st);
	while (ok && directory && nodes->len <= NODES_MAX) {
		g_autofree char *name = NULL;

		errno = 0;
		entry = readdir(directory);
		if (!entry) {
			errnum = errno;
			break;
		}
		name = g_build_filename(path, entry->d_name, NULL);
		if (may_be_node(entry, of_dev))
			ok = look_at_entry(
				nodes, name, of_dev, depth, ret_has_nodes, error);
	}
	if (directory)
		closedir(directory);
	/* By a directory that the caller cannot list, it exposes no node. */
	return ok && (!blame_is_shortage(errnum) || fail_for_want(error, errnum, path));
}

static int compare_nodes(const void *a, const void *b)
{
	const Node *const *node_a = a, *const *node_b = b;

	return strcmp((*node_a)->path, (*node_b)->path);
}

/* Finds nodes at and in @path, which gets an entry of its own if it is not a
 * node. */
static bool look_for(
	GPtrArray *nodes, const char *path, GPtrArray *entries, GError **error)
{
	bool has_nodes = false;
	struct stat st;

	if (lstat(path, &st) < 0) {
		if (blame_is_shortage(errno))
			return fail_for_want(error, errno, path);
	} else if (S_ISDIR(st.st_mode)) {
		if (!look_into(nodes, path, DEPTH_MAX, &has_nodes, error))
			return false;
		if (has_nodes) {
			g_ptr_array_add(entries, as_entry(PLAN_DEVICES, path));
			return true;
		}
	} else {
		has_nodes = look_at(nodes, g_strdup(path), &st);
	}
	if (!has_nodes)
		g_ptr_array_add(entries, g_strdup(path));
	return true;
}

/* Whether the @n-th path is one of those before it. */
static bool is_before(const char *const *paths, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (g_str_equal(paths[i], paths[n]))
			return true;
	return false;
}

/* Returns: (transfer full): by path, each once; NULL with @error. */
static GPtrArray *find_nodes(
	const char *const *exposed, GPtrArray *entries, GError **error)
{
	g_autoptr(GPtrArray) nodes = g_ptr_array_new_with_free_func(node_free);

	for (size_t i = 0; exposed && exposed[i]; i++)
		if (!is_before(exposed, i) &&
			!look_for(nodes, exposed[i], entries, error))
			return NULL;
	g_ptr_array_sort(nodes, compare_nodes);
	if (nodes->len > NODES_MAX) {
		fail(error, E2BIG,
			"more than %d devices are exposed: expose only those that "
			"programs need",
			NODES_MAX);
		return NULL;
	}
	return g_steal_pointer(&nodes);
}

/* ---- groups ---- */

/* Whether members of the node's group may open what is closed to others. */
static bool is_group_needed(const struct stat *st)
{
	unsigned group = (st->st_mode >> 3) & 6, others = st->st_mode & 6;

	return (group & ~others) && st->st_gid != 0 && st->st_gid != SANDBOX_INSIDE_ID;
}

static bool add_group(Devices *devices, const Node *node, GError **error)
{
	if (!is_group_needed(&node->st))
		return true;
	for (uint32_t i = 0; i < devices->n_groups; i++)
		if (devices->groups[i] == node->st.st_gid)
			return true;
	if (devices->n_groups == WARDEN_GROUPS_MAX)
		return fail(error, E2BIG,
			"the exposed devices belong to more than %d groups: expose only "
			"those that programs need",
			WARDEN_GROUPS_MAX);
	devices->groups[devices->n_groups++] = node->st.st_gid;
	return true;
}

/* ---- what is read about them ---- */

/* Returns: whether the link @path leads to something called @name. */
static bool leads_to(const char *path, const char *name)
{
	g_autofree char *target = g_file_read_link(path, NULL);
	const char *slash = target ? strrchr(target, '/') : NULL;

	return slash && g_str_equal(slash + 1, name);
}

static bool is_of_subsystem(const char *device, const char *name)
{
	g_autofree char *link = g_build_filename(device, "subsystem", NULL);

	return leads_to(link, name);
}

/* libdrm asks the parent about what is on the bus: of a virtio device, and of an
 * interface of an USB device. */
static bool is_part_of_parent(const char *device)
{
	return is_of_subsystem(device, "virtio") ||
	       (is_of_subsystem(device, "usb") && strchr(strrchr(device, '/'), ':'));
}

/* Returns: (transfer full) (nullable): the directory of the device that @link stands for,
 * which holds its nodes as well. */
static char *find_device(const char *link, const char *sysfs)
{
	g_autofree char *behind = g_build_filename(link, "device", NULL);
	g_autofree char *devices = g_build_filename(sysfs, "devices/", NULL);
	char *real = realpath(behind, NULL);
	g_autofree char *device = g_strdup(real);

	free(real);
	if (!device || !g_str_has_prefix(device, devices))
		return NULL;
	if (is_part_of_parent(device))
		*strrchr(device, '/') = '\0';
	return strlen(device) > strlen(devices) ? g_steal_pointer(&device) : NULL;
}

/*
 * For a graphics device: the list of all devices, which is made of links; the link by the
 * node's number; and the device's own directory. libdrm, and Mesa through it, read these;
 * libraries for other kinds of devices ask the device itself.
 */
static void add_description(Devices *devices, const Node *node, const char *sysfs)
{
	g_autofree char *link = g_strdup_printf("%s/dev/char/%u:%u", sysfs,
		major(node->st.st_rdev), minor(node->st.st_rdev));
	g_autofree char *device = NULL;

	if (!S_ISCHR(node->st.st_mode) || !is_of_subsystem(link, "drm"))
		return;
	g_ptr_array_add(devices->entries, g_build_filename(sysfs, "class/drm", NULL));
	g_ptr_array_add(devices->entries, as_entry(PLAN_LINK, link));
	device = find_device(link, sysfs);
	if (device)
		g_ptr_array_add(devices->entries, g_steal_pointer(&device));
}

/* ---- all ---- */

/* The state includes whether the caller may open the node, which can depend on an
 * ordinary user's groups. */
static void add_to_stamp(GString *stamp, const Node *node)
{
	const struct stat *st = &node->st;

	g_string_append_printf(stamp, "%s %llx:%llu %llx %o %u:%u %lld.%09ld %d%d\n",
		node->path, (unsigned long long)st->st_dev,
		(unsigned long long)st->st_ino, (unsigned long long)st->st_rdev,
		st->st_mode, st->st_uid, st->st_gid, (long long)st->st_ctim.tv_sec,
		st->st_ctim.tv_nsec,
		faccessat(AT_FDCWD, node->path, R_OK, AT_EACCESS) == 0,
		faccessat(AT_FDCWD, node->path, W_OK, AT_EACCESS) == 0);
}

bool devices_find(const char *const *exposed, const char *sysfs, Devices *ret_devices,
	GError **error)
{
	g_autoptr(GPtrArray) nodes = NULL;
	GString *stamp;

	*ret_devices = (Devices){.entries = g_ptr_array_new_with_free_func(g_free)};
	nodes = find_nodes(exposed, ret_devices->entries, error);
	if (!nodes)
		return false;
	stamp = g_string_new(NULL);
	for (guint i = 0; i < nodes->len; i++) {
		const Node *node = nodes->pdata[i];
		int64_t changed = node->st.st_ctim.tv_sec * (int64_t)G_USEC_PER_SEC +
				  node->st.st_ctim.tv_nsec / 1000;

		g_ptr_array_add(ret_devices->entries, as_entry(PLAN_DEVICE, node->path));
		add_description(ret_devices, node, sysfs);
		add_to_stamp(stamp, node);
		ret_devices->changed_us = MAX(ret_devices->changed_us, changed);
	}
	ret_devices->stamp = g_string_free(stamp, FALSE);
	/* The kernel lets nobody except root take or give up a group. */
	for (guint i = 0; i < nodes->len && geteuid() == 0; i++)
		if (!add_group(ret_devices, nodes->pdata[i], error))
			return false;
	return true;
}
