// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Stamps of files: device, file system, inode, size, mode, and the times of the last
 * change to content and to anything, with nanoseconds. A rename puts another inode there,
 * a write changes the times, and setting them back changes the last one.
 *
 * In images the times are what their maker wrote, often the same in each, and overlay and
 * FUSE pass on those of what lies below them; there the content decides.
 */
#include "probe/cache/stamps.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <linux/magic.h>

#include "common/autofd.h"
#include "common/file.h"
#include "probe/cache/contents.h"

/* What the kernel looks at, of a script's first line. */
#define SCRIPT_HEAD_MAX 256

/* Not in <linux/magic.h>. */
#define AUFS_SUPER_MAGIC   0x61756673
#define ROMFS_SUPER_MAGIC  0x7275
#define VBOXSF_SUPER_MAGIC 0x786f4256

/* ---- the host ---- */

typedef struct {
	uint64_t id;     /* 0: it has none */
	bool keeps_time; /* its files' times say when they were changed */
} FileSystem;

typedef struct {
	char *stamp; /* NULL: it has none */
	gint64 changed_us;
} Seen;

struct Stamper {
	gint64 now_us;
	GHashTable *file_systems; /* by the number of their device */
	GHashTable *files;        /* Seen, by path */
	Contents *contents;
};

static void seen_free(void *data)
{
	Seen *seen = data;

	g_free(seen->stamp);
	g_free(seen);
}

Stamper *stamper_new(size_t *left)
{
	Stamper *stamper = g_new(Stamper, 1);

	*stamper = (Stamper){
		.now_us = g_get_real_time(),
		.file_systems = g_hash_table_new_full(
			g_int64_hash, g_int64_equal, g_free, g_free),
		.files =
			g_hash_table_new_full(g_str_hash, g_str_equal, g_free, seen_free),
		.contents = contents_new(left),
	};
	return stamper;
}

void stamper_free(Stamper *stamper)
{
	if (!stamper)
		return;
	g_hash_table_unref(stamper->file_systems);
	g_hash_table_unref(stamper->files);
	contents_free(stamper->contents);
	g_free(stamper);
}

const char *stamper_reading(const Stamper *stamper)
{
	return contents_reading(stamper->contents);
}

bool stamper_read_on(Stamper *stamper)
{
	return contents_read_on(stamper->contents);
}

static bool keeps_time(unsigned long type)
{
	switch (type) {
	case AUFS_SUPER_MAGIC:
	case CRAMFS_MAGIC:
	case EROFS_SUPER_MAGIC_V1:
	case FUSE_SUPER_MAGIC:
	case ECRYPTFS_SUPER_MAGIC:
	case ISOFS_SUPER_MAGIC:
	case OVERLAYFS_SUPER_MAGIC:
	case ROMFS_SUPER_MAGIC:
	case SQUASHFS_MAGIC:
	case UDF_SUPER_MAGIC:
	case V9FS_MAGIC:
	case VBOXSF_SUPER_MAGIC:
		return false;
	}
	return true;
}

/* Returns: (nullable): that of @path, whose device is @dev. */
static const FileSystem *find_file_system(
	Stamper *stamper, const char *path, uint64_t dev)
{
	FileSystem *found = g_hash_table_lookup(stamper->file_systems, &dev);
	struct statfs fs;

	if (found || statfs(path, &fs) < 0)
		return found;
	found = g_new(FileSystem, 1);
	*found = (FileSystem){.keeps_time = keeps_time((unsigned long)fs.f_type)};
	G_STATIC_ASSERT(sizeof fs.f_fsid == sizeof found->id);
	memcpy(&found->id, &fs.f_fsid, sizeof found->id);
	g_hash_table_insert(stamper->file_systems, g_memdup2(&dev, sizeof dev), found);
	return found;
}

/* ---- one file ---- */

static gint64 change_of(const SandboxFile *file)
{
	return file->ctime_sec * G_USEC_PER_SEC + file->ctime_nsec / 1000;
}

static void raise_to(gint64 *changed_us, gint64 change)
{
	if (changed_us)
		*changed_us = MAX(*changed_us, change);
}

/* Returns: TRUE with @error if that is still to come. */
static bool is_in_future(gint64 changed_us, const char *path, GError **error)
{
	if (changed_us <= g_get_real_time())
		return false;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
		"%s was last changed in the future, according to the clock; set the "
		"clock, or touch the file",
		path);
	return true;
}

/* What makes images writes whole seconds; so does a file system that counts in them, or
 * that keeps no time of the last change and shows another one. */
static bool looks_set(const SandboxFile *file)
{
	return !file->ctime_nsec && !file->mtime_nsec;
}

/* Numbers in hexadecimal, a colon before each. */
static char *append_number(char *at, uint64_t number)
{
	char digits[16];
	int n = 0;

	do
		digits[n++] = "0123456789abcdef"[number & 15];
	while (number >>= 4);
	*at++ = ':';
	while (n)
		*at++ = digits[--n];
	return at;
}

char *stamp_program(Stamper *stamper, const char *real_path, const SandboxFile *program,
	GError **error)
{
	const FileSystem *fs = find_file_system(stamper, real_path, program->dev);
	const uint64_t numbers[] = {program->dev, fs ? fs->id : 0, program->ino,
		program->size, program->mode, (uint64_t)program->mtime_sec,
		program->mtime_nsec, (uint64_t)program->ctime_sec, program->ctime_nsec};
	char text[G_N_ELEMENTS(numbers) * 17 + sizeof(Digest) + 1], *at = text;
	gint64 change = change_of(program);

	if (!fs || (change > stamper->now_us && is_in_future(change, real_path, error)))
		return NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		at = append_number(at, numbers[i]);
	*at = '\0';
	if (S_ISREG(program->mode) && (!fs->keeps_time || looks_set(program))) {
		*at++ = ':';
		if (!contents_digest(stamper->contents, real_path, program, at))
			return NULL;
	}
	return g_strdup(text + 1);
}

static Seen *look_at(Stamper *stamper, const char *path, GError **error)
{
	Seen *seen = g_new0(Seen, 1);
	SandboxFile file;
	struct stat st;

	if (stat(path, &st) == 0) {
		file = sandbox_file(&st);
		seen->changed_us = change_of(&file);
		seen->stamp = stamp_program(stamper, path, &file, error);
	} else if (errno == ENOENT || errno == ENOTDIR) {
		seen->stamp = g_strdup("absent");
	}
	return seen;
}

const char *stamp_file(
	Stamper *stamper, const char *path, gint64 *ret_changed_us, GError **error)
{
	Seen *seen = g_hash_table_lookup(stamper->files, path);

	if (!seen) {
		seen = look_at(stamper, path, error);
		if (stamper_reading(stamper)) {
			seen_free(seen);
			return NULL;
		}
		g_hash_table_insert(stamper->files, g_strdup(path), seen);
	} else if (!seen->stamp) {
		is_in_future(seen->changed_us, path, error);
	}
	if (seen->stamp)
		raise_to(ret_changed_us, seen->changed_us);
	return seen->stamp;
}

const char *stamp_directory(
	Stamper *stamper, const char *real_path, gint64 *ret_changed_us, GError **error)
{
	static const char *const of_packages[] = {
		"/usr/", "/bin/", "/sbin/", "/lib/", "/lib32/", "/lib64/", "/libx32/"};
	g_autofree char *directory = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(of_packages); i++)
		if (g_str_has_prefix(real_path, of_packages[i]))
			return "";
	directory = g_path_get_dirname(real_path);
	return stamp_file(stamper, directory, ret_changed_us, error);
}

/* ---- scripts ---- */

char *stamps_parse_interpreter(const char *head, size_t length)
{
	char line[SCRIPT_HEAD_MAX + 1];
	const char *start;

	if (length < 2 || head[0] != '#' || head[1] != '!')
		return NULL;
	length = MIN(length, SCRIPT_HEAD_MAX);
	memcpy(line, head, length);
	line[length] = '\0';
	start = line + 2 + strspn(line + 2, " \t");
	return g_strndup(start, strcspn(start, " \t\n"));
}

char *stamps_find_interpreter(const char *real_path)
{
	char head[SCRIPT_HEAD_MAX];
	autofd fd = open(
		real_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	ssize_t length = fd < 0 ? -1 : read(fd, head, sizeof head);

	return length < 0 ? NULL : stamps_parse_interpreter(head, (size_t)length);
}

/* ---- what is the same for all programs ---- */

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

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Adds the names of the drivers that are loaded, or part of the kernel: one that came
 * after a program has failed may be what it lacked. */
static bool add_drivers(GChecksum *checksum)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	DIR *directory = opendir("/sys/module");
	const struct dirent *found;
	int errnum = directory ? 0 : errno;

	for (errno = 0; directory && (found = readdir(directory)); errno = 0)
		g_ptr_array_add(names, g_strdup(found->d_name));
	if (directory) {
		errnum = errno;
		closedir(directory);
	}
	g_ptr_array_sort(names, compare_names);
	for (guint i = 0; i < names->len; i++)
		g_checksum_update(
			checksum, names->pdata[i], (gssize)strlen(names->pdata[i]) + 1);
	/* Without /sys there is nothing to see. */
	return !errnum || errnum == ENOENT;
}

char *stamp_devices(const char *const *expose, gint64 *ret_changed_us, GError **error)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	int64_t changed = 0;
	g_autofree char *devices = sandbox_devices(expose, &changed);

	if (!devices || !*devices)
		return g_steal_pointer(&devices);
	g_checksum_update(checksum, (const guchar *)devices, -1);
	if (is_in_future(changed, "an exposed device", error) || !add_drivers(checksum))
		return NULL;
	raise_to(ret_changed_us, changed);
	return g_strdup(g_checksum_get_string(checksum));
}

/* ---- all of them ---- */

static const char *take_directory(Stamper *stamper, const char *real_path, bool alone,
	Stamps *stamps, GError **error)
{
	return alone ? ""
		     : stamp_directory(stamper, real_path, &stamps->changed_us, error);
}

/* Returns: NULL, with an @error in any case. */
static Stamps *lacks(GError **error, const char *real_path, const char *what)
{
	if (error && !*error)
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
			"%s: %s cannot be read, so a change could not be noticed later",
			real_path, what);
	return NULL;
}

/* Returns: whether @real_path is @program still, as @ret_now. */
static bool is_still(const char *real_path, const SandboxFile *program,
	SandboxFile *ret_now, GError **error)
{
	struct stat st;
	int errnum;

	if (lstat(real_path, &st) == 0) {
		*ret_now = sandbox_file(&st);
		if (sandbox_file_equal(ret_now, program))
			return true;
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
			"%s was changed meanwhile", real_path);
		return false;
	}
	errnum = errno;
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errnum), "%s: %s",
		real_path, g_strerror(errnum));
	return false;
}

Stamps *stamps_take(Stamper *stamper, const char *real_path, const SandboxFile *program,
	bool alone, const char *const *expose, GError **error)
{
	g_autoptr(Stamps) stamps = g_new0(Stamps, 1);
	gint64 *changed = &stamps->changed_us;
	SandboxFile now;

	if (!is_still(real_path, program, &now, error))
		return NULL;
	*changed = change_of(&now);
	stamps->program = stamp_program(stamper, real_path, &now, error);
	if (!stamps->program)
		return lacks(error, real_path, "its content");
	stamps->directory =
		g_strdup(take_directory(stamper, real_path, alone, stamps, error));
	if (!stamps->directory)
		return lacks(error, real_path, "its directory");
	stamps->ld_so_cache =
		g_strdup(stamp_file(stamper, STAMPS_LD_SO_CACHE, changed, error));
	if (!stamps->ld_so_cache)
		return lacks(error, real_path, STAMPS_LD_SO_CACHE);
	stamps->interpreter = stamps_find_interpreter(real_path);
	if (stamps->interpreter) {
		stamps->interpreter_file = g_strdup(
			stamp_file(stamper, stamps->interpreter, changed, error));
		if (!stamps->interpreter_file)
			return lacks(error, real_path, stamps->interpreter);
	}
	stamps->devices = stamp_devices(expose, changed, error);
	return stamps->devices ? g_steal_pointer(&stamps)
			       : lacks(error, real_path, "exposed devices");
}

void stamps_free(Stamps *stamps)
{
	if (!stamps)
		return;
	g_free(stamps->program);
	g_free(stamps->directory);
	g_free(stamps->interpreter);
	g_free(stamps->interpreter_file);
	g_free(stamps->ld_so_cache);
	g_free(stamps->devices);
	g_free(stamps);
}

bool stamps_equal(const Stamps *a, const Stamps *b)
{
	return g_str_equal(a->program, b->program) &&
	       g_str_equal(a->directory, b->directory) &&
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
