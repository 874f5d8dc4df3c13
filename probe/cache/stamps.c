// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Stamps of files: device, inode, size, mode, and the times of the last change to content
 * and to anything, with nanoseconds. A rename puts another inode there, a write changes
 * the times, and who sets them back changes the last one by that.
 *
 * In the images of read-only file systems the times are what their maker wrote, often the
 * same in each; there the content decides.
 */
#include "probe/cache/stamps.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <linux/magic.h>

#include "common/autofd.h"
#include "common/file.h"

/* What the kernel looks at, of a script's first line. */
#define SCRIPT_HEAD_MAX 256

static bool is_image_type(unsigned long type)
{
	switch (type) {
	case EROFS_SUPER_MAGIC_V1:
	case SQUASHFS_MAGIC:
	case CRAMFS_MAGIC:
	case ISOFS_SUPER_MAGIC:
		return true;
	}
	return false;
}

/* Returns: FALSE if that cannot be told. */
static bool ask_for_image(const char *path, bool *ret_image)
{
	struct statfs fs;

	if (statfs(path, &fs) < 0)
		return false;
	*ret_image = is_image_type((unsigned long)fs.f_type);
	return true;
}

static char *digest_content(const char *path)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree guchar *chunk = g_malloc(64 * 1024);
	autofd fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t count = fd < 0 ? -1 : 1;

	while (count > 0) {
		count = read(fd, chunk, 64 * 1024);
		if (count < 0 && errno == EINTR)
			count = 1;
		else if (count > 0)
			g_checksum_update(checksum, chunk, count);
	}
	return count < 0 ? NULL : g_strdup(g_checksum_get_string(checksum));
}

char *stamp_program(const char *real_path, const SandboxFile *program)
{
	g_autofree char *digest = NULL;
	bool image;

	if (!ask_for_image(real_path, &image))
		return NULL;
	if (image)
		digest = digest_content(real_path);
	if (image && !digest)
		return NULL;
	return g_strdup_printf("%" G_GINT64_MODIFIER "x:%" G_GUINT64_FORMAT
			       ":%" G_GUINT64_FORMAT ":%o:%" G_GINT64_FORMAT
			       ".%09u:%" G_GINT64_FORMAT ".%09u%s%s",
		program->dev, program->ino, program->size, program->mode,
		program->mtime_sec, program->mtime_nsec, program->ctime_sec,
		program->ctime_nsec, image ? ":" : "", image ? digest : "");
}

static void raise_to_change(gint64 *changed_us, const SandboxFile *file)
{
	gint64 changed = file->ctime_sec * G_USEC_PER_SEC + file->ctime_nsec / 1000;

	if (changed_us)
		*changed_us = MAX(*changed_us, changed);
}

char *stamp_file(const char *path, gint64 *ret_changed_us)
{
	SandboxFile file;
	struct stat st;

	if (stat(path, &st) < 0)
		return errno == ENOENT || errno == ENOTDIR ? g_strdup("absent") : NULL;
	file = sandbox_file(&st);
	raise_to_change(ret_changed_us, &file);
	return stamp_program(path, &file);
}

char *stamp_boot_id(void)
{
	char id[64];
	autofd fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, id, sizeof id - 1);

	if (length <= 0)
		return NULL;
	id[length] = '\0';
	return g_strdup(g_strchomp(id));
}

char *stamps_find_interpreter(const char *real_path)
{
	char head[SCRIPT_HEAD_MAX + 1];
	autofd fd = open(
		real_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	ssize_t length = fd < 0 ? -1 : read(fd, head, SCRIPT_HEAD_MAX);
	const char *start;

	if (length < 2 || head[0] != '#' || head[1] != '!')
		return NULL;
	head[length] = '\0';
	start = head + 2 + strspn(head + 2, " \t");
	return g_strndup(start, strcspn(start, " \t\n"));
}

char *stamp_devices(const char *const *expose, gint64 *ret_changed_us)
{
	int64_t changed = 0;
	g_autofree char *devices = sandbox_devices(expose, &changed);

	if (!devices)
		return NULL;
	if (ret_changed_us)
		*ret_changed_us = MAX(*ret_changed_us, changed);
	return *devices ? g_compute_checksum_for_string(G_CHECKSUM_SHA256, devices, -1)
			: g_steal_pointer(&devices);
}

Stamps *stamps_take(
	const char *real_path, const SandboxFile *program, const char *const *expose)
{
	g_autoptr(Stamps) stamps = g_new0(Stamps, 1);
	SandboxFile now;
	struct stat st;

	if (lstat(real_path, &st) < 0)
		return NULL;
	now = sandbox_file(&st);
	if (!sandbox_file_equal(&now, program))
		return NULL;
	raise_to_change(&stamps->changed_us, &now);
	stamps->program = stamp_program(real_path, &now);
	stamps->ld_so_cache = stamp_file(STAMPS_LD_SO_CACHE, &stamps->changed_us);
	stamps->interpreter = stamps_find_interpreter(real_path);
	if (stamps->interpreter)
		stamps->interpreter_file =
			stamp_file(stamps->interpreter, &stamps->changed_us);
	stamps->devices = stamp_devices(expose, &stamps->changed_us);
	if (!stamps->program || !stamps->ld_so_cache || !stamps->devices ||
		(stamps->interpreter && !stamps->interpreter_file))
		return NULL;
	return g_steal_pointer(&stamps);
}

void stamps_free(Stamps *stamps)
{
	if (!stamps)
		return;
	g_free(stamps->program);
	g_free(stamps->interpreter);
	g_free(stamps->interpreter_file);
	g_free(stamps->ld_so_cache);
	g_free(stamps->devices);
	g_free(stamps);
}

bool stamps_equal(const Stamps *a, const Stamps *b)
{
	return g_str_equal(a->program, b->program) &&
	       g_strcmp0(a->interpreter, b->interpreter) == 0 &&
	       g_strcmp0(a->interpreter_file, b->interpreter_file) == 0 &&
	       g_str_equal(a->ld_so_cache, b->ld_so_cache) &&
	       g_str_equal(a->devices, b->devices);
}

gint64 stamps_settle_time(const Stamps *stamps)
{
	gint64 age = g_get_real_time() - stamps->changed_us;

	return CLAMP(STAMPS_SETTLE_US - age, 0, STAMPS_SETTLE_US);
}
