// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which exposed paths are devices, which groups open them, and what of /sys is shown
 * with them: by trees that look like those of real machines, in which the host's
 * /dev/null stands for a graphics device.
 */
#include "sandbox/devices.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "probe/vhost-probe-check.h"
#include "tests/skip.h"

#define ORDINARY 64001 /* a user's id */

static char *top; /* a directory of the test's own */

static char *join(const char *base, const char *path)
{
	return g_build_filename(base, path, NULL);
}

static void make_directory(const char *base, const char *path)
{
	g_autofree char *directory = join(base, path);

	g_assert_cmpint(g_mkdir_with_parents(directory, 0755), ==, 0);
}

static void make_link(const char *base, const char *path, const char *target)
{
	g_autofree char *link = join(base, path);
	g_autofree char *above = g_path_get_dirname(link);

	g_assert_cmpint(g_mkdir_with_parents(above, 0755), ==, 0);
	g_assert_cmpint(symlink(target, link), ==, 0);
}

/* Entries, one per line, in order, without @base. */
static char *list(const Devices *devices, const char *base)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < devices->entries->len; i++) {
		g_autofree char *entry = g_strdup(devices->entries->pdata[i]);
		char *at = strstr(entry, base);

		if (at)
			memmove(at, at + strlen(base), strlen(at + strlen(base)) + 1);
		g_ptr_array_add(lines, g_steal_pointer(&entry));
	}
	g_ptr_array_add(lines, NULL);
	return g_strjoinv(" ", (char **)lines->pdata);
}

/* ---- /sys ---- */

static const struct {
	const char *name;
	const char *device;    /* directory below /sys/devices, of the node's device */
	const char *bus;       /* of that */
	const char *subsystem; /* of the node */
	const char *target;    /* of the node's link "device"; NULL: there is none */
	const char *shown;
} trees[] = {
	{"pci", "pci0000:00/0000:00:02.0", "pci", "drm", "../..",
		"/class/drm l/dev/char/1:3 /devices/pci0000:00/0000:00:02.0"},
	{"pci-behind-a-bridge", "pci0000:00/0000:00:01.0/0000:01:00.0", "pci", "drm",
		"../..",
		"/class/drm l/dev/char/1:3 "
		"/devices/pci0000:00/0000:00:01.0/0000:01:00.0"},
	{"virtio-pci", "pci0000:00/0000:00:04.0/virtio1", "virtio", "drm", "../..",
		"/class/drm l/dev/char/1:3 /devices/pci0000:00/0000:00:04.0"},
	{"virtio-mmio", "platform/a003e00.virtio_mmio/virtio0", "virtio", "drm", "../..",
		"/class/drm l/dev/char/1:3 /devices/platform/a003e00.virtio_mmio"},
	{"usb", "pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0", "usb", "drm", "../..",
		"/class/drm l/dev/char/1:3 /devices/pci0000:00/0000:00:14.0/usb1/1-2"},
	{"usb-whole", "pci0000:00/0000:00:14.0/usb1/1-2", "usb", "drm", "../..",
		"/class/drm l/dev/char/1:3 /devices/pci0000:00/0000:00:14.0/usb1/1-2"},
	{"platform", "platform/soc/1c40000.gpu", "platform", "drm", "../..",
		"/class/drm l/dev/char/1:3 /devices/platform/soc/1c40000.gpu"},
	{"virtual", "virtual", "nothing", "drm", NULL, "/class/drm l/dev/char/1:3"},
	{"input", "pci0000:00/0000:00:14.0/input/input3", "pci", "input", "../..", ""},
	{"tty", "virtual/tty", "tty", "tty", "../..", ""},
	/* never that far */
	{"leads-to-all", "pci0000:00/0000:00:02.0", "pci", "drm", "../../../..",
		"/class/drm l/dev/char/1:3"},
	{"leads-out", "pci0000:00/0000:00:02.0", "pci", "drm", "/usr",
		"/class/drm l/dev/char/1:3"},
	{"leads-far-out", "pci0000:00/0000:00:02.0", "pci", "drm",
		"../../../../../elsewhere/than/devices", "/class/drm l/dev/char/1:3"},
	{"part-of-all", "virtio0", "virtio", "drm", "../..", "/class/drm l/dev/char/1:3"},
};

static void test_sysfs(gconstpointer data)
{
	size_t i = GPOINTER_TO_SIZE(data);
	const char *const exposed[] = {"/dev/null", NULL};
	g_autofree char *sys = join(top, trees[i].name);
	g_autofree char *device = g_build_filename(sys, "devices", trees[i].device, NULL);
	g_autofree char *target =
		g_strdup_printf("../../devices/%s/drm/renderD128", trees[i].device);
	g_autofree char *bus = g_strdup_printf("/bus/%s", trees[i].bus);
	g_autofree char *class = g_strdup_printf("/class/%s", trees[i].subsystem);
	g_autofree char *wanted = g_strdup_printf(
		"d/dev/null%s%s", *trees[i].shown ? " " : "", trees[i].shown);
	g_autofree char *found = NULL;
	g_auto(Devices) devices = {0};

	make_directory(sys, "elsewhere/than/devices");
	make_directory(device, "drm/renderD128");
	make_link(device, "subsystem", bus);
	make_link(device, "drm/renderD128/subsystem", class);
	if (trees[i].target)
		make_link(device, "drm/renderD128/device", trees[i].target);
	make_link(sys, "dev/char/1:3", target);
	g_assert_true(devices_find(exposed, sys, &devices, NULL));
	found = list(&devices, sys);
	g_assert_cmpstr(found, ==, wanted);
}

/* ---- nodes ---- */

static void test_none(void)
{
	g_autofree char *plain = join(top, "plain");
	const char *const exposed[] = {plain, "/nonexistent", "/etc/passwd", NULL};
	g_autofree char *found = NULL;
	g_auto(Devices) devices = {0}, nothing = {0};

	make_directory(plain, "below");
	make_link(plain, "null", "/dev/null");
	g_assert_true(devices_find(exposed, DEVICES_SYSFS, &devices, NULL));
	found = list(&devices, top);
	g_assert_cmpstr(found, ==, "/plain /nonexistent /etc/passwd");
	g_assert_cmpstr(devices.stamp, ==, "");
	g_assert_cmpuint(devices.n_groups, ==, 0);
	g_assert_cmpint(devices.changed_us, ==, 0);
	g_assert_true(devices_find(NULL, DEVICES_SYSFS, &nothing, NULL));
	g_assert_cmpuint(nothing.entries->len, ==, 0);
	g_assert_cmpstr(nothing.stamp, ==, "");
}

static void test_each_once(void)
{
	const char *const exposed[] = {"/dev/zero", "/dev/null", "/dev/zero", NULL};
	const char *const swapped[] = {"/dev/null", "/dev/zero", NULL};
	g_autofree char *found = NULL;
	g_auto(Devices) devices = {0}, same = {0};

	g_assert_true(devices_find(exposed, "/nonexistent", &devices, NULL));
	found = list(&devices, top);
	g_assert_cmpstr(found, ==, "d/dev/null d/dev/zero");
	g_assert_true(devices_find(swapped, "/nonexistent", &same, NULL));
	g_assert_cmpstr(devices.stamp, ==, same.stamp);
	g_assert_cmpint(devices.changed_us, >, 0);
	/* Everybody may open these. */
	g_assert_cmpuint(devices.n_groups, ==, 0);
}

/* An ordinary user makes none anywhere. */
static void skip_nodes(void)
{
	if (geteuid() == 0)
		skip_or_fail("device nodes cannot be made here");
	else
		g_test_skip("takes root");
}

/* Returns: the path, or NULL where no node can be made. */
static char *make_node(const char *name, mode_t mode, gid_t gid)
{
	g_autofree char *path = join(top, name);

	if (mknod(path, S_IFCHR | 0600, makedev(1, 3)) < 0)
		return NULL;
	g_assert_cmpint(chown(path, 0, gid), ==, 0);
	g_assert_cmpint(chmod(path, mode), ==, 0);
	return g_steal_pointer(&path);
}

static void test_groups(void)
{
	static const struct {
		mode_t mode;
		gid_t gid;
		bool needed;
	} nodes[] = {
		{0660, 4001, true},  /* the usual one */
		{0640, 4002, true},  /* to read */
		{0620, 4003, true},  /* to write: a terminal */
		{0664, 4004, true},  /* to write, too */
		{0666, 4005, false}, /* everybody may */
		{0600, 4006, false}, /* nobody may */
		{0610, 4007, false}, /* to execute is nothing */
		{0606, 4008, false}, /* the group may less than others */
		{0644, 4009, false}, {0660, 0, false}, /* never */
		{0660, 65534, false},                  /* they are that already */
		{0660, 4001, true},                    /* once */
	};
	g_autofree char *directory = join(top, "groups");
	const char *const exposed[] = {directory, NULL};
	g_auto(Devices) devices = {0};
	gid_t wanted[WARDEN_GROUPS_MAX];
	guint n = 0;
	bool found;

	make_directory(directory, "deep");
	for (size_t i = 0; i < G_N_ELEMENTS(nodes); i++) {
		g_autofree char *name = g_strdup_printf("groups/%c", 'a' + (int)i);
		g_autofree char *path = make_node(name, nodes[i].mode, nodes[i].gid);

		if (!path) {
			skip_nodes();
			return;
		}
		if (nodes[i].needed && i != G_N_ELEMENTS(nodes) - 1)
			wanted[n++] = nodes[i].gid;
	}
	g_free(make_node("groups/deep/node", 0660, 4100));
	g_assert_true(devices_find(exposed, DEVICES_SYSFS, &devices, NULL));
	g_assert_cmpuint(devices.n_groups, ==, n);
	for (guint i = 0; i < n; i++)
		g_assert_cmpuint(devices.groups[i], ==, wanted[i]);
	g_assert_cmpuint(devices.entries->len, ==, 1 + G_N_ELEMENTS(nodes));
	/* An ordinary user's programs have that user's groups anyway, and get no other.
	 */
	devices_clear(&devices);
	g_assert_cmpint(chmod(top, 0755), ==, 0);
	g_assert_no_errno(seteuid(ORDINARY));
	found = devices_find(exposed, DEVICES_SYSFS, &devices, NULL);
	g_assert_no_errno(seteuid(0));
	g_assert_true(found);
	g_assert_cmpuint(devices.entries->len, ==, 1 + G_N_ELEMENTS(nodes));
	g_assert_cmpuint(devices.n_groups, ==, 0);
}

static void test_too_many_groups(void)
{
	g_autofree char *directory = join(top, "many");
	const char *const exposed[] = {directory, NULL};
	g_autoptr(GError) error = NULL;

	make_directory(directory, ".");
	for (gid_t i = 0; i <= WARDEN_GROUPS_MAX; i++) {
		g_autofree char *name = g_strdup_printf("many/%u", i);
		g_autofree char *path = make_node(name, 0660, 5000 + i);
		g_auto(Devices) devices = {0};

		if (!path) {
			skip_nodes();
			return;
		}
		g_assert_true(devices_find(exposed, DEVICES_SYSFS, &devices, &error) ==
			      (i < WARDEN_GROUPS_MAX));
	}
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED);
	g_assert_nonnull(strstr(error->message, "more than 16 groups"));
}

/* A directory and a node in it, a directory once more: none counts twice, and none hides
 * later exposed paths. */
static void test_overlapping(void)
{
	g_autofree char *many = join(top, "full"), *few = join(top, "few");
	g_autofree char *one = join(top, "full/1");
	const char *const exposed[] = {one, many, many, few, one, few, NULL};
	g_auto(Devices) devices = {0};

	make_directory(many, ".");
	make_directory(few, ".");
	for (int i = 0; i < 253; i++) {
		g_autofree char *name =
			g_strdup_printf("%s/%d", i < 250 ? "full" : "few", i);
		g_autofree char *path = make_node(name, 0666, 0);

		if (!path) {
			skip_nodes();
			return;
		}
	}
	g_assert_true(devices_find(exposed, DEVICES_SYSFS, &devices, NULL));
	/* The two directories, and each node. */
	g_assert_cmpuint(devices.entries->len, ==, 2 + 253);
}

static void test_too_many_nodes(void)
{
	g_autofree char *directory = join(top, "crowd");
	const char *const exposed[] = {directory, NULL};
	g_autoptr(GError) error = NULL;
	g_auto(Devices) enough = {0}, devices = {0};

	make_directory(directory, ".");
	for (int i = 0; i <= 256; i++) {
		g_autofree char *name = g_strdup_printf("crowd/%d", i);
		g_autofree char *path = NULL;

		if (i == 256)
			g_assert_true(
				devices_find(exposed, DEVICES_SYSFS, &enough, NULL));
		path = make_node(name, 0666, 0);
		if (!path) {
			skip_nodes();
			return;
		}
	}
	g_assert_cmpuint(enough.entries->len, ==, 257);
	g_assert_false(devices_find(exposed, DEVICES_SYSFS, &devices, &error));
	g_assert_nonnull(strstr(error->message, "more than 256 devices"));
}

static char *stamp_of(const char *path)
{
	const char *const exposed[] = {path, NULL};
	g_auto(Devices) devices = {0};

	g_assert_true(devices_find(exposed, DEVICES_SYSFS, &devices, NULL));
	return g_steal_pointer(&devices.stamp);
}

static void test_stamp(void)
{
	g_autofree char *path = make_node("stamp", 0660, 4001);
	g_autofree char *last = path ? stamp_of(path) : NULL;

	if (!path) {
		skip_nodes();
		return;
	}
	for (int change = 0; change < 4; change++) {
		g_autofree char *same = stamp_of(path);
		g_autofree char *now = NULL;

		g_assert_cmpstr(same, ==, last);
		if (change == 0)
			g_assert_cmpint(chmod(path, 0640), ==, 0);
		else if (change == 1)
			g_assert_cmpint(chown(path, 0, 4002), ==, 0);
		else if (change == 2)
			g_assert_cmpint(chown(path, 1, 4002), ==, 0);
		else {
			g_assert_cmpint(unlink(path), ==, 0);
			g_assert_cmpint(
				mknod(path, S_IFCHR | 0640, makedev(1, 5)), ==, 0);
		}
		now = stamp_of(path);
		g_assert_cmpstr(now, !=, last);
		g_free(last);
		last = g_steal_pointer(&now);
	}
	g_assert_cmpint(unlink(path), ==, 0);
	g_free(last);
	last = stamp_of(path);
	g_assert_cmpstr(last, ==, "");
}

/* Whatever made the result, and though nothing was run. */
static void test_results(void)
{
	const char *const nowhere[] = {NULL}, *const path_lists[][2] = {
						      {"/dev/null"}, {"/usr"}};

	for (size_t i = 0; i < G_N_ELEMENTS(path_lists); i++) {
		g_autoptr(VpRequest) request = vp_request_new();
		g_autoptr(VpResult) result = NULL;
		g_autoptr(VpCheck) check = NULL;

		vp_request_set_mode(request, VP_MODE_LIST);
		vp_request_set_search(request, nowhere);
		g_assert_true(vp_request_set_expose(request, path_lists[i], NULL));
		result = vp_probe(request, NULL);
		check = vp_check(request, NULL, NULL);
		g_assert_cmpint(vp_result_exposes_devices(result), ==, i == 0);
		g_assert_cmpint(vp_result_exposes_devices(vp_check_get_result(check)), ==,
			i == 0);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	top = g_dir_make_tmp("devices.XXXXXX", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(trees); i++) {
		g_autofree char *path =
			g_strconcat("/devices/sysfs/", trees[i].name, NULL);

		g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_sysfs);
	}
	g_test_add_func("/devices/none", test_none);
	g_test_add_func("/devices/each-once", test_each_once);
	g_test_add_func("/devices/groups", test_groups);
	g_test_add_func("/devices/too-many-groups", test_too_many_groups);
	g_test_add_func("/devices/overlapping", test_overlapping);
	g_test_add_func("/devices/too-many-nodes", test_too_many_nodes);
	g_test_add_func("/devices/stamp", test_stamp);
	g_test_add_func("/devices/results", test_results);
	return g_test_run();
}
