// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Harm by /tmp, the one directory to write in: filling it, and leaving something for the
 * next program.
 */
#include "tests/hostile/backend/backend.h"

#include <dirent.h>
#include <fcntl.h>
#include <net/if.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <utime.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>

/* Without a /tmp of its own: beside the program, where nothing can be made inside. */
static const char *in_tmp(const char *name)
{
	static char paths[4][4096];
	static int turn;
	char *path = paths[turn++ % 4];

	if (has_tmp())
		snprintf(path, sizeof paths[0], "/tmp/%s", name);
	else
		snprintf(path, sizeof paths[0], "%.*s/%s",
			(int)(strrchr(own_path, '/') - own_path), own_path, name);
	return path;
}

static int make_in_tmp(const char *name)
{
	return open(in_tmp(name), O_RDWR | O_CREAT | O_CLOEXEC, 0755);
}

/* Writes to @fd until it is full. Returns: how much. */
static size_t fill(int fd)
{
	static char block[4096];
	size_t total = 0;

	while (total < 4 * MIB && write(fd, block, sizeof block) == sizeof block)
		total += sizeof block;
	return total;
}

/* Whether every page of @fd, mapped, can be read. */
static bool reads_all(int fd, size_t length)
{
	volatile const char *map = mmap(NULL, length, PROT_READ, MAP_SHARED, fd, 0);
	int status = -1;
	pid_t pid;

	if (map == MAP_FAILED)
		return false;
	pid = fork();
	if (pid == 0) {
		for (size_t i = 0; i < length; i += 4096)
			map[i];
		_exit(0);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

void fill_tmp_with_data(void)
{
	size_t total = fill(make_in_tmp("data")) + fill(make_in_tmp("more"));
	int sparse = make_in_tmp("sparse");

	if (total > MIB)
		breach("data");
	/* Reading a hole by its mapping takes a page. */
	if (sparse >= 0 && ftruncate(sparse, 64 * MIB) == 0 &&
		reads_all(sparse, 64 * MIB))
		breach("hole");
	if (sparse >= 0 && fallocate(sparse, 0, 0, 2 * MIB) == 0)
		breach("fallocate");
	tell();
}

void fill_tmp_with_inodes(void)
{
	int n = 0;

	for (int i = 0; i < 1000; i++) {
		char name[32];
		int fd;

		snprintf(name, sizeof name, "inode-%d", i);
		fd = make_in_tmp(name);
		if (fd < 0)
			break;
		close(fd);
		n++;
	}
	for (int i = 0; i < 1000; i++) {
		char name[32];

		snprintf(name, sizeof name, "directory-%d", i);
		if (mkdir(in_tmp(name), 0700) < 0)
			break;
		n++;
	}
	if (n >= 100)
		breach("inodes");
	tell();
}

/* Of whatever name. */
void leave_all_kinds(void)
{
	int fd = make_in_tmp("\33]0;title\7\n\"\\");

	fchmod(fd, 06777);
	close(make_in_tmp(".hidden"));
	close(make_in_tmp("-rf"));
	mkdir(in_tmp("directory"), 0700);
	mkdir(in_tmp("directory/closed"), 0);
	close(make_in_tmp("directory/file"));
	mkfifo(in_tmp("fifo"), 0666);
	if (symlink("/proc/self/mem", in_tmp("link")) == 0 &&
		symlink("..", in_tmp("directory/up")) == 0 &&
		link(in_tmp("-rf"), in_tmp("hard")) == 0)
		fallocate(fd, 0, 0, MIB / 2);
	if (has_tmp())
		close(open("/dev/shm/shared", O_CREAT | O_RDWR, 0666));
	tell();
}

/* Without a name, or with none any more, and still open, mapped and the working directory
 * of somebody when the program has ended. */
void hold_tmp(void)
{
	int unnamed = open(has_tmp() ? "/tmp" : "/nowhere", O_TMPFILE | O_RDWR, 0600);
	int removed = make_in_tmp("removed");

	unlink(in_tmp("removed"));
	ftruncate(removed, MIB / 2) == 0 ? (void)0 : close(removed);
	fill(unnamed);
	mmap(NULL, MIB / 2, PROT_READ | PROT_WRITE, MAP_SHARED, unnamed, 0);
	mkdir(in_tmp("gone"), 0700);
	if (chdir(in_tmp("gone")) == 0)
		rmdir(in_tmp("gone"));
	for (int i = 0; i < 8; i++) {
		if (fork() == 0) {
			setsid();
			sleep(60);
			_exit(0);
		}
	}
	tell();
}

/* And sets back what could reveal it: all except the change time. */
void make_and_remove(void)
{
	const struct timespec zero[2] = {{0, 0}, {0, 0}};
	const char *directory = in_tmp("");
	struct stat before = {0}, after = {0};
	int fd;

	stat(directory, &before);
	usleep(20 * 1000); /* clocks may be coarse */
	fd = make_in_tmp("passing");
	close(fd);
	unlink(in_tmp("passing"));
	if (has_tmp()) {
		utimensat(AT_FDCWD, directory, zero, 0);
		utime(directory, &(struct utimbuf){0, 0});
		futimens(open(directory, O_RDONLY | O_DIRECTORY), zero);
	}
	stat(directory, &after);
	if (fd >= 0 && is_same_time(&after.st_ctim, &before.st_ctim))
		breach("times");
	tell();
}

/* Changes that need no new file. The next program must not find modes and times, and even
 * this one must not find the rest. */
void change_tmp(void)
{
	static const char acl[] = "\2\0\0\0\1\0\7\0\377\377\377\377";
	const struct timespec times[2] = {{12345, 0}, {0, 0}};
	int fd = open(has_tmp() ? "/tmp" : "/", O_RDONLY | O_DIRECTORY);

	if (fsetxattr(fd, "user.hostile", "x", 1, 0) == 0 ||
		fsetxattr(fd, "security.hostile", "x", 1, 0) == 0 ||
		fsetxattr(fd, "system.posix_acl_default", acl, sizeof acl - 1, 0) == 0)
		breach("attribute");
	if (ioctl(fd, _IOW('f', 2, long), &(long){0x40}) == 0 || /* FS_NODUMP_FL */
		syscall(469, fd, "", &(uint64_t[3]){0x80}, 24, AT_EMPTY_PATH) == 0)
		breach("flags"); /* file_setattr */
	/* Only of a room's own, should it be started without one. */
	if (has_tmp() && (fchown(fd, 1, 1) == 0 || chown("/tmp", 1, 1) == 0))
		breach("owner");
	if (has_tmp()) {
		futimens(fd, times);
		chmod("/tmp", 0700);
		syscall(SYS_fchmodat, AT_FDCWD, "/tmp", 0700);
		fchmod(fd, 0);
	}
	tell();
}

static bool can_run(const char *path, const char *argument)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		close(STDOUT_FILENO);
		execl(path, "reads-stdin", argument, NULL);
		_exit(77);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) != 77;
}

/* A copy of itself, and a script. */
void execute_from_tmp(void)
{
	static char block[64 * 1024];
	int from = open(own_path, O_RDONLY), to = make_in_tmp("program");
	int script = make_in_tmp("script");
	ssize_t n;
	void *memory;

	while (to >= 0 && (n = read(from, block, sizeof block)) > 0)
		say_bytes(to, block, (size_t)n);
	if (script >= 0)
		say_bytes(script, "#!/bin/sh\n", 10);
	memory = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, to, 0);
	if (memory != MAP_FAILED)
		breach("mmap");
	/* A file that is open for writing, also by a mapping, cannot be executed
	 * anywhere. */
	munmap(memory, 4096);
	memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, to, 0);
	if (memory != MAP_FAILED && mprotect(memory, 4096, PROT_READ | PROT_EXEC) == 0)
		breach("mprotect");
	munmap(memory, 4096);
	close(to);
	close(script);
	if (to >= 0 && can_run(in_tmp("program"), NULL))
		breach("execve");
	if (has_tmp() && can_run("/dev/shm/program", NULL))
		breach("shm");
	if (script >= 0 && can_run(in_tmp("script"), NULL))
		breach("script");
	tell();
}

/* In namespaces of its own, where there is no filter: what of the host lies over a name
 * in /tmp stays there. */
static bool uncovers(const char *shown, const char *other)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
			_exit(0);
		_exit(umount2(shown, MNT_DETACH) == 0 ||
			umount2(other, MNT_DETACH) == 0 || rmdir(shown) == 0 ||
			rmdir(other) == 0 || rename(shown, "/tmp/gone") == 0 ||
			mount("/tmp", "/opt", NULL, MS_BIND, NULL) == 0);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status != 0;
}

/* The plan's directories there are mounts, that cannot be moved away. */
void mount_tmp(void)
{
	char shown[4096];

	if (mount(NULL, "/tmp", NULL, MS_REMOUNT | MS_BIND, NULL) == 0 ||
		mount("none", "/tmp", "tmpfs", 0, NULL) == 0 ||
		mount("/", "/tmp", NULL, MS_BIND, NULL) == 0 ||
		mount("/tmp", "/usr", NULL, MS_BIND, NULL) == 0)
		breach("mount");
	if (umount2("/tmp", MNT_DETACH) == 0 || umount2("/dev/shm", MNT_DETACH) == 0)
		breach("umount");
	if (has_tmp() && (rmdir("/tmp") == 0 || rename("/tmp", "/gone") == 0 ||
				 rename("/tmp", "/dev/shm/gone") == 0 ||
				 symlink("/etc", "/tmp") == 0 || rmdir("/dev/shm") == 0))
		breach("moved");
	/* The first directory below /tmp, if the program lies there. */
	snprintf(shown, sizeof shown, "%s", own_path);
	if (has_tmp() && strncmp(shown, "/tmp/", 5) == 0) {
		char other[sizeof shown + 16];

		shown[5 + strcspn(shown + 5, "/")] = '\0';
		if (rename(shown, "/tmp/gone") == 0 || rmdir(shown) == 0)
			breach("shown");
		snprintf(other, sizeof other, "/dev/shm/%s", shown + 5);
		if (rename(other, "/dev/shm/gone") == 0 || rmdir(other) == 0)
			breach("point");
		if (uncovers(shown, other))
			breach("uncovered");
		try_attributes(shown, "shown-attributes");
		try_attributes(other, "point-attributes");
		chmod(other, 0777);
		strncat(other, "/file", sizeof other - strlen(other) - 1);
		try_to_create(other, "below-the-point");
		strncat(shown, "/file", sizeof shown - strlen(shown) - 1);
		try_to_create(shown, "below");
	}
	tell();
}

void make_nodes(void)
{
	struct sockaddr_un address = {AF_UNIX, "/tmp/socket"};
	int pair[2];

	if (mknod(in_tmp("null"), S_IFCHR | 0666, 0x103) == 0)
		breach("character");
	if (mknod(in_tmp("disk"), S_IFBLK | 0666, 0x800) == 0)
		breach("block");
	if (has_tmp() && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 &&
		bind(pair[0], (struct sockaddr *)&address, sizeof address) == 0)
		breach("bind");
	tell();
}

/* Healthy programs find it as it was at first. */
void look_at_tmp(void)
{
	static const char *const places[] = {"/tmp", "/dev/shm"};
	const char *own = own_path + (strncmp(own_path, "/tmp/", 5) == 0 ? 5 : 0);

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		DIR *directory = opendir(places[i]);
		const struct dirent *entry;
		struct statfs fs = {0};
		struct stat st = {0};

		while (directory && (entry = readdir(directory)))
			if (strcmp(entry->d_name, ".") != 0 &&
				strcmp(entry->d_name, "..") != 0 &&
				strncmp(entry->d_name, own, strcspn(own, "/")) != 0)
				breach("entry-%zu", i);
		if (!directory || stat(places[i], &st) < 0 || st.st_mtim.tv_sec ||
			st.st_mtim.tv_nsec || st.st_atim.tv_sec ||
			st.st_mode != (S_IFDIR | 01777))
			breach("directory-%zu", i);
		if (statfs(places[i], &fs) < 0 || fs.f_bfree != fs.f_blocks)
			breach("blocks-%zu", i);
	}
}
