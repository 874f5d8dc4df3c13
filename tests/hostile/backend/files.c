// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Harm to files of the host: writing, and attacks that need only permission to read.
 */
#include "tests/hostile/backend/backend.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <utime.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>

bool is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

void try_to_create(const char *path, const char *name)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW, 0600);

	if (fd >= 0) {
		breach("%s", name);
		unlink(path);
	}
}

void write_files(void)
{
	static const char *const directories[] = {"/tmp", "/dev/shm", "/var/tmp", "/run",
		"/run/lock", "/var/lock", "/dev/mqueue", "/", "/usr", "/etc",
		"/proc/self", "/dev", "/mnt"};
	char path[1024];

	try_to_create(at_home("hostile-file"), "home");
	for (size_t i = has_tmp() ? 2 : 0; i < sizeof directories / sizeof *directories;
		i++) {
		snprintf(path, sizeof path, "%s/hostile-file-%d", directories[i],
			bait_number("caller"));
		try_to_create(path, directories[i]);
		if (open(directories[i], O_TMPFILE | O_RDWR, 0600) >= 0)
			breach("tmpfile %s", directories[i]);
	}
	/* The program itself and what is beside it. */
	if (open(own_path, O_WRONLY) >= 0 || truncate(own_path, 0) == 0 ||
		unlink(own_path) == 0)
		breach("own-program");
	snprintf(path, sizeof path, "%s-new", own_path);
	try_to_create(path, "beside");
	snprintf(path, sizeof path, "%.*s/bait", (int)(strrchr(own_path, '/') - own_path),
		own_path);
	if (open(path, O_WRONLY) >= 0)
		breach("sibling");
	tell();
}

/* Beside the program, for everybody, with somebody outside who reads. */
void write_to_fifos(void)
{
	static const char *const names[] = {"pipe", "sub/pipe"};
	static const int flags[] = {O_WRONLY, O_RDWR};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		for (size_t f = 0; f < sizeof flags / sizeof *flags; f++) {
			char path[1024];
			int fd;

			snprintf(path, sizeof path, "%.*s/%s",
				(int)(strrchr(own_path, '/') - own_path), own_path,
				names[i]);
			fd = open(path, flags[f] | O_NONBLOCK | O_CLOEXEC);
			if (fd >= 0 && write(fd, "hostile\n", 8) == 8)
				breach("%s", names[i]);
		}
	}
	tell();
}

/* Attacks that need no file opened for writing. */
void change_files(void)
{
	const char *file = at_home("file");
	char other[1100];
	struct timespec times[2] = {{1, 0}, {1, 0}};
	struct stat before, after, file_before = {0}, file_after = {0};
	int fd = open(own_path, O_RDONLY);

	snprintf(other, sizeof other, "%s-other", file);
	/* A call that claims to succeed has done nothing. */
	stat(file, &file_before);
	if (fstat(fd, &before) < 0)
		_exit(1);
	chmod(file, 0644);
	syscall(SYS_fchmodat, AT_FDCWD, own_path, 0700);
	fchmod(fd, 0700);
	syscall(452, AT_FDCWD, own_path, 0700, 0); /* fchmodat2 */
	utimensat(AT_FDCWD, file, times, 0);
	utime(file, NULL);
	futimens(fd, times);
	stat(file, &file_after);
	fstat(fd, &after);
	if (file_after.st_mode != file_before.st_mode)
		breach("chmod");
	if (after.st_mode != before.st_mode)
		breach("chmod-own");
	if (file_after.st_mtime != file_before.st_mtime ||
		after.st_mtime != before.st_mtime ||
		after.st_ctim.tv_sec != before.st_ctim.tv_sec ||
		after.st_ctim.tv_nsec != before.st_ctim.tv_nsec)
		breach("utimes");
	if (chown(file, getuid(), getgid()) == 0 || fchown(fd, getuid(), getgid()) == 0)
		breach("chown");
	if (setxattr(file, "user.hostile", "x", 1, 0) == 0 ||
		fsetxattr(fd, "user.hostile", "x", 1, 0) == 0)
		breach("xattr");
	if (truncate(file, 0) == 0)
		breach("truncate");
	if (rename(file, other) == 0)
		breach("rename");
	if (link(file, other) == 0)
		breach("link");
	if (symlink("x", other) == 0)
		breach("symlink");
	if (mkdir(other, 0700) == 0)
		breach("mkdir");
	if (mkfifo(other, 0600) == 0)
		breach("mkfifo");
	if (unlink(file) == 0)
		breach("unlink");
	if (ioctl(fd, _IOW('f', 2, long), &(long){0}) == 0) /* FS_IOC_SETFLAGS */
		breach("flags");
	tell();
}

/* Tries to change @path without changing it: its change time would tell. */
void try_attributes(const char *path, const char *name)
{
	struct stat before, after;
	struct timespec times[2];
	char by_descriptor[64];
	int fd, found;

	if (stat(path, &before) < 0)
		return;
	times[0] = before.st_atim;
	times[1] = before.st_mtim;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	found = open(path, O_PATH | O_CLOEXEC);
	snprintf(by_descriptor, sizeof by_descriptor, "/proc/self/fd/%d", found);
	chmod(path, before.st_mode & 07777);
	fchmod(fd, before.st_mode & 07777);
	chmod(by_descriptor, before.st_mode & 07777);
	syscall(SYS_fchmodat, AT_FDCWD, path, before.st_mode & 07777);
	syscall(452, found, "", before.st_mode & 07777, AT_EMPTY_PATH); /* fchmodat2 */
	utimensat(AT_FDCWD, path, times, 0);
	utimensat(found, "", times, AT_EMPTY_PATH);
	futimens(fd, times);
	if (chown(path, getuid(), getgid()) == 0 ||
		fchown(fd, (uid_t)-1, (gid_t)-1) == 0 ||
		fchownat(found, "", getuid(), (gid_t)-1, AT_EMPTY_PATH) == 0)
		breach("%s-owner", name);
	if (stat(path, &after) == 0 && !is_same_time(&after.st_ctim, &before.st_ctim))
		breach("%s", name);
	close(fd);
	close(found);
}

/* Modes, times and owners of all that it sees and may own, in every way. */
void change_attributes(void)
{
	static const char *const shown[] = {"/", "/usr", "/usr/bin", "/etc/passwd",
		"/dev/null", "/proc/self/exe", "/proc/self/root", "/proc/self/cwd"};
	char path[4096];

	snprintf(path, sizeof path, "%s", own_path);
	try_attributes(path, "program");
	*strrchr(path, '/') = '\0';
	try_attributes(path, "directory");
	snprintf(path + strlen(path), sizeof path - strlen(path), "/bait");
	try_attributes(path, "sibling");
	/* Not as root itself, where there is no sandbox. */
	for (size_t i = 0; getuid() != 0 && i < sizeof shown / sizeof *shown; i++)
		try_attributes(shown[i], shown[i]);
	tell();
}

void remount_writable(void)
{
	if (mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL) == 0 ||
		mount("none", "/tmp", "tmpfs", 0, NULL) == 0 ||
		mount("/", "/mnt", NULL, MS_BIND, NULL) == 0)
		breach("mount");
	if (umount2("/proc", MNT_DETACH) == 0 || umount2("/", MNT_DETACH) == 0)
		breach("umount");
	try_to_create("/hostile-file", "root");
	tell();
}

/* What a program that may only read the host's files can do to them. The filter refuses
 * it; for another reason errno would be another one. */
void hold_files(void)
{
	struct flock read_lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int again = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int directory = open("/usr", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct flock write_lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	/* A lock that is merely said to be there keeps nobody out. */
	flock(fd, LOCK_EX | LOCK_NB);
	if (flock(again, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
		breach("flock");
	fcntl(fd, F_SETLK, &read_lock);
	fcntl(fd, F_OFD_SETLK, &read_lock);
	if (fcntl(again, F_OFD_GETLK, &write_lock) == 0 && write_lock.l_type != F_UNLCK)
		breach("lock");
	if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0 || errno != EPERM)
		breach("lease");
	if (fcntl(directory, F_NOTIFY, DN_CREATE) == 0)
		breach("notify");
	/* FS_IOC_ADD_ENCRYPTION_KEY and a btrfs snapshot, as far as the type goes */
	if (ioctl(fd, _IOC(_IOC_READ | _IOC_WRITE, 'f', 23, 80), NULL) == 0 ||
		errno != EPERM)
		breach("keys");
	if (ioctl(directory, _IOC(_IOC_WRITE, 0x94, 1, 4096), NULL) == 0 ||
		errno != EPERM)
		breach("snapshot");
	tell();
}

/* A hint that stays with a file for its next writer, whoever may set it. */
void leave_hints(void)
{
	uint64_t extreme = 5, was = 0, is = 0; /* RWH_WRITE_LIFE_EXTREME */
	int fd = open(own_path, O_RDONLY), directory = open("/usr", O_RDONLY);
	/* F_SETDELEG of Linux 6.19: whoever changes something in there waits */
	struct {
		uint32_t flags;
		uint16_t type, padding;
	} delegation = {0, F_RDLCK, 0};

	fcntl(fd, F_GET_RW_HINT, &was);
	if (fcntl(fd, F_SET_RW_HINT, &extreme) == 0)
		breach("file");
	fcntl(fd, F_GET_RW_HINT, &is);
	if (is != was)
		breach("kept");
	fcntl(fd, F_SET_RW_HINT, &was);
	if (fcntl(fd, F_SET_FILE_RW_HINT, &extreme) == 0)
		breach("open-file");
	if (fcntl(directory, 1024 + 16, &delegation) == 0)
		breach("delegation");
	tell();
}
