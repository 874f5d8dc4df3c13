// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Healthy backends that are not made like the textbook's: one function per shape, chosen
 * by the name that the program is called by. Each does what programs of its kind do
 * before they answer, insists on its success, and then says what every backend says. A
 * failure is named on stderr, and the exit status is 1. The shapes of the other files
 * here are in the table, too.
 *
 * Called as "healthy", the program lists its shapes. Those that begin with "alone" need
 * more processes and threads than one of several may have, those with "tmp" a directory
 * to write in.
 */
#include "tests/healthy/shapes.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <unistd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/auxv.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

/* Where all addresses together are 4 GiB, programs ask for less. */
#define GIB (sizeof(void *) > 4 ? 1024 * MIB : 8 * MIB)

const char *own_name;
bool executed, has_answered;

/* ---- threads and memory ---- */

static pthread_barrier_t all_there;

/* An arena each, of which the C library reserves 64 MiB. */
static void *allocate(void *nothing)
{
	for (int i = 0; i < 100; i++)
		free(memset(malloc(1000), 1, 1000));
	pthread_barrier_wait(&all_there);
	return NULL;
}

static void start_threads(unsigned n)
{
	pthread_t threads[300];

	pthread_barrier_init(&all_there, NULL, n + 1);
	for (unsigned i = 0; i < n; i++)
		MUST((errno = pthread_create(&threads[i], NULL, allocate, NULL)) == 0);
	pthread_barrier_wait(&all_there);
	for (unsigned i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
}

static void threads_that_allocate(void)
{
	start_threads(16);
}

static void forty_threads(void)
{
	start_threads(40);
}

static void hundreds_of_threads(void)
{
	start_threads(300);
}

/* As many as one of several may have anywhere, and for long enough that all programs
 * started together overlap. A program that cannot have a thread waits for ever, as Java
 * does for a pool's. */
static void start_threads_or_wait(unsigned n)
{
	pthread_t threads[450];

	pthread_barrier_init(&all_there, NULL, n + 1);
	for (unsigned i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, allocate, NULL) != 0)
			pause();
	usleep(500 * 1000);
	pthread_barrier_wait(&all_there);
	for (unsigned i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
}

static void threads_that_stay(void)
{
	start_threads_or_wait(66);
}

/* More than one of several may have at level full. */
static void waits_for_hundreds_of_threads(void)
{
	start_threads_or_wait(300);
}

/* And at a partial one, of ten. */
static void waits_for_more_threads(void)
{
	start_threads_or_wait(450);
}

/* Runtimes take addresses for a heap that may grow. */
static void reserves_addresses(void)
{
	MUST(mmap(NULL, 8 * GIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		     -1, 0) != MAP_FAILED);
	MUST(mmap(NULL, 256 * GIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		     -1, 0) != MAP_FAILED);
}

/* A card table and mark bits of a virtual machine that believes in much memory. */
static void reserves_for_much_memory(void)
{
	MUST(mmap(NULL, 5 * GIB, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED);
}

/* In pieces, as a heap grows: the kernel refuses one that is larger than all memory. */
static void uses_two_gib(void)
{
	for (size_t n = 0; n < 2 * GIB; n += 64 * MIB) {
		char *memory = mmap(NULL, 64 * MIB, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		MUST(memory != MAP_FAILED);
		memory[0] = 1;
	}
}

/* ---- files of its own ---- */

#define LARGEST_FILE (8ull << 30)

static void fills_a_memfd(void)
{
	static char block[64 * 1024];
	struct rlimit limit;
	int fd = memfd_create("healthy", 0);

	MUST(fd >= 0 && ftruncate(fd, 8 * MIB) == 0);
	for (size_t i = 0; i < 8 * MIB; i += sizeof block)
		MUST(write(fd, block, sizeof block) == sizeof block);
	/* A file that is too large is an error, and does not end the program. By hand no
	 * file is. */
	MUST(getrlimit(RLIMIT_FSIZE, &limit) == 0);
	if (limit.rlim_cur == RLIM_INFINITY)
		return;
	MUST(limit.rlim_cur == LARGEST_FILE);
	MUST(pwrite(fd, block, 1, (off_t)LARGEST_FILE - 1) == 1);
	MUST(pwrite(fd, block, 1, (off_t)LARGEST_FILE) < 0 && errno == EFBIG);
}

/* A compiler that writes to one mapping what it executes in another; a heap that is
 * mapped several times. The file is as large as they may become. */
static void maps_a_memfd_twice(void)
{
	int fd = memfd_create("healthy", MFD_CLOEXEC);
	int *one, *other;

	MUST(fd >= 0 && ftruncate(fd, 4 * GIB) == 0);
	one = mmap(NULL, 4 * GIB, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	other = mmap(NULL, 4 * GIB, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
	MUST(one != MAP_FAILED && other != MAP_FAILED);
	one[GIB / 2] = 42;
	MUST(other[GIB / 2] == 42);
}

static void locks_its_file(void)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = memfd_create("healthy", 0);

	MUST(fd >= 0 && flock(fd, LOCK_EX) == 0 && flock(fd, LOCK_UN) == 0);
	MUST(fcntl(fd, F_SETLK, &whole) == 0 && fcntl(fd, F_SETLKW, &whole) == 0);
	whole.l_type = F_UNLCK;
	MUST(fcntl(fd, F_SETLK, &whole) == 0);
	whole.l_type = F_WRLCK;
	MUST(fcntl(fd, F_OFD_SETLK, &whole) == 0 && fcntl(fd, F_OFD_SETLKW, &whole) == 0);
}

static void locks_its_memory(void)
{
	static char secret[4096];

	MUST(mlock(secret, sizeof secret) == 0 && munlock(secret, sizeof secret) == 0);
	/* What else it has may be more than a caller may lock. */
	MUST(mlockall(MCL_CURRENT) == 0 || errno == ENOMEM);
	MUST(munlockall() == 0);
}

static void reads_random_devices(void)
{
	static const char *const devices[] = {"/dev/random", "/dev/urandom", "/dev/zero"};
	char byte;

	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
		int fd = open(devices[i], O_RDONLY | O_CLOEXEC);

		MUST(fd >= 0 && read(fd, &byte, 1) == 1);
		close(fd);
	}
}

static void stirs_random_devices(void)
{
	static const char *const devices[] = {"/dev/random", "/dev/urandom"};
	char byte;

	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
		int fd = open(devices[i], O_RDWR | O_CLOEXEC);

		MUST(fd >= 0 && write(fd, "seed", 4) == 4 && read(fd, &byte, 1) == 1);
		close(fd);
	}
}

static void writes_to_full(void)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	MUST(fd >= 0 && write(fd, "x", 1) < 0 && errno == ENOSPC);
}

static void reads_configuration(void)
{
	char line[256];
	FILE *users = fopen("/etc/passwd", "re");

	MUST(users && fgets(line, sizeof line, users));
	fclose(users);
	/* A link into /usr on most systems. */
	MUST(access("/etc/os-release", F_OK) < 0 || access("/etc/os-release", R_OK) == 0);
	MUST(getpwuid(0));
}

static void counts_processors(void)
{
	MUST(sysconf(_SC_NPROCESSORS_CONF) >= sysconf(_SC_NPROCESSORS_ONLN));
	MUST(access("/sys/devices/system/cpu/online", R_OK) == 0);
	MUST(access("/sys/devices/system/cpu/possible", R_OK) == 0);
}

static void looks_at_its_memory(void)
{
	static const char *const files[] = {"/sys/devices/system/node/online",
		"/sys/kernel/mm/transparent_hugepage/enabled"};
	char text[64];

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		int fd = open(files[i], O_RDONLY | O_CLOEXEC);

		MUST(fd >= 0 && read(fd, text, sizeof text) > 0);
		close(fd);
	}
}

/* ---- what it reads of itself ---- */

static void read_own(const char *name)
{
	char path[64], byte;
	int fd;

	snprintf(path, sizeof path, "/proc/self/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		fprintf(stderr, "%s: ", path);
	MUST(fd >= 0 && read(fd, &byte, 1) == 1);
	close(fd);
}

static void reads_its_status(void)
{
	char path[64];

	read_own("status");
	read_own("stat");
	read_own("statm");
	read_own("limits");
	read_own("oom_score_adj");
	/* By number too: some libraries do not trust the link. */
	snprintf(path, sizeof path, "/proc/%d/status", (int)getpid());
	MUST(access(path, R_OK) == 0 && fopen(path, "re"));
}

/* The C library reads the main thread's stack there, the processor's features too. */
static void reads_its_maps(void)
{
	pthread_attr_t attributes;

	read_own("maps");
	read_own("smaps");
	read_own("auxv");
	MUST((errno = pthread_getattr_np(pthread_self(), &attributes)) == 0);
	pthread_attr_destroy(&attributes);
}

static void finds_its_program(void)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	MUST(n > 0 && fd >= 0);
	path[n] = '\0';
	MUST(access(path, X_OK) == 0);
	close(fd);
	read_own("cmdline");
	read_own("comm");
	read_own("environ");
}

/* Whether root in here is root. */
static void reads_its_id_map(void)
{
	read_own("uid_map");
	read_own("gid_map");
	read_own("setgroups");
}

static void lists_its_descriptors(void)
{
	static const char *const directories[] = {"/proc/self/fd", "/proc/self/fdinfo"};

	for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
		DIR *directory = opendir(directories[i]);

		MUST(directory && readdir(directory));
		closedir(directory);
	}
	read_own("fdinfo/0");
	MUST(access("/dev/fd/0", F_OK) == 0);
}

/* Virtual machines, on whether they are in a container. */
static void reads_its_container(void)
{
	read_own("mountinfo");
	read_own("cgroup");
	MUST(access("/proc/mounts", R_OK) == 0);
}

/* After execve() it is still the same process. */
static void reads_itself_after_exec(void)
{
	char *const again[] = {(char *)"reads-itself-after-exec", (char *)"again", NULL};
	static const char *const entries[] = {"status", "maps", "uid_map"};

	for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
		read_own(entries[i]);
	if (!executed)
		MUST(execv("/proc/self/exe", again) == 0);
}

/* The name by which the kernel was asked to execute it. */
static const char *name_of_start(void)
{
	return (const char *)getauxval(AT_EXECFN);
}

static void executes_its_name(void)
{
	char *const again[] = {(char *)"executes-its-name", (char *)"again", NULL};

	if (!executed)
		MUST(execv(name_of_start(), again) == 0);
}

static void opens_its_name(void)
{
	struct stat own, named;
	char magic[4];
	int fd = open(name_of_start(), O_RDONLY);

	MUST(fd >= 0 && read(fd, magic, 4) == 4 && memcmp(magic, "\177ELF", 4) == 0);
	MUST(fstat(fd, &named) == 0 && stat("/proc/self/exe", &own) == 0);
	MUST(own.st_dev == named.st_dev && own.st_ino == named.st_ino);
	close(fd);
}

/* ---- files in /tmp ---- */

#define CONTENT "something to be kept for a while"

static void write_content(int fd)
{
	MUST(fd >= 0 && write(fd, CONTENT, sizeof CONTENT) == sizeof CONTENT);
}

static void read_content(int fd)
{
	char text[sizeof CONTENT] = "";

	MUST(fd >= 0 && pread(fd, text, sizeof text, 0) == sizeof text);
	MUST(strcmp(text, CONTENT) == 0);
}

static void makes_a_file(void)
{
	char path[] = "/tmp/healthy.XXXXXX", moved[64];
	struct stat st;
	int fd = mkstemp(path);

	write_content(fd);
	/* What scripts do with their own files. */
	MUST(fchmod(fd, 0600) == 0 && chmod(path, 0600) == 0);
	MUST(futimens(fd, NULL) == 0);
	MUST(flock(fd, LOCK_EX) == 0 && fsync(fd) == 0);
	MUST(fstat(fd, &st) == 0 && st.st_uid == geteuid());
	snprintf(moved, sizeof moved, "%s.moved", path);
	MUST(rename(path, moved) == 0);
	read_content(open(moved, O_RDONLY | O_CLOEXEC));
	MUST(ftruncate(fd, 0) == 0 && truncate(moved, 10) == 0);
	MUST(unlink(moved) == 0);
}

static bool is_like(const char *path, mode_t mode, const struct timespec *mtime)
{
	struct stat st;

	return lstat(path, &st) == 0 && (st.st_mode & 07777) == mode &&
	       st.st_mtim.tv_sec == mtime->tv_sec && st.st_mtim.tv_nsec == mtime->tv_nsec;
}

/* Unpacking and copying: tar, cp -a, Python's shutil.copy2(). Modes, times and owners by
 * name and by descriptor, and all of it really done. */
static void keeps_attributes(void)
{
	static const struct timespec times[] = {{1000000000, 0}, {1100000000, 7000}};
	const struct timeval old[] = {{1000000000, 0}, {1100000000, 7}};
	char top[] = "/tmp/healthy.XXXXXX", file[64], link[64];
	int fd;

	MUST(mkdtemp(top));
	snprintf(file, sizeof file, "%s/file", top);
	snprintf(link, sizeof link, "%s/link", top);
	MUST(symlink("file", link) == 0);
	/* Shut even for itself, at first. */
	MUST((fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0)) >= 0);
	MUST(chmod(file, 0640) == 0 && open(file, O_RDWR | O_CLOEXEC) >= 0);
	MUST(utimensat(AT_FDCWD, file, times, 0) == 0);
	MUST(is_like(file, 0640, &times[1]));
	MUST(fchmod(fd, 0400) == 0 && futimens(fd, &times[0]) == 0);
	MUST(is_like(file, 0400, &times[0]) || is_like(file, 0400, &times[1]));
	MUST(fchmodat(AT_FDCWD, file, 0600, 0) == 0 && utimes(file, old) == 0);
	MUST(is_like(file, 0600, &times[1]));
	MUST(utimensat(AT_FDCWD, link, times, AT_SYMLINK_NOFOLLOW) == 0);
	MUST(chown(file, geteuid(), (gid_t)-1) == 0 &&
		fchown(fd, geteuid(), getegid()) == 0);
	MUST(lchown(link, geteuid(), getegid()) == 0);
	MUST(chmod(top, 0755) == 0 && utimensat(AT_FDCWD, top, times, 0) == 0);
	MUST(is_like(top, 0755, &times[1]));
	/* A missing file cannot be touched: programs make it then. */
	MUST(unlink(file) == 0 && utimensat(AT_FDCWD, file, NULL, 0) < 0 &&
		errno == ENOENT);
	MUST(chmod(file, 0600) < 0 && errno == ENOENT);
	MUST(unlink(link) == 0 && rmdir(top) == 0);
}

static void makes_an_unnamed_file(void)
{
	FILE *file = tmpfile();
	int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	MUST(file);
	write_content(fileno(file));
	read_content(fileno(file));
	fclose(file);
	write_content(fd);
	read_content(fd);
}

static void makes_directories(void)
{
	char top[] = "/tmp/healthy.XXXXXX", a[64], b[64], file[80], moved[80];

	MUST(mkdtemp(top));
	snprintf(a, sizeof a, "%s/a", top);
	snprintf(b, sizeof b, "%s/b", top);
	snprintf(file, sizeof file, "%s/file", a);
	snprintf(moved, sizeof moved, "%s/file", b);
	MUST(mkdir(a, 0700) == 0 && mkdir(b, 0755) == 0);
	write_content(open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
	/* From one directory to another. */
	MUST(rename(file, moved) == 0 && link(moved, file) == 0);
	MUST(unlink(moved) == 0 && symlink("../a/file", moved) == 0);
	read_content(open(moved, O_RDONLY | O_CLOEXEC));
	MUST(unlink(moved) == 0 && unlink(file) == 0);
	MUST(rmdir(a) == 0 && rmdir(b) == 0 && rmdir(top) == 0);
}

static void writes_at_home(void)
{
	char path[256], file[300];
	const char *home = getenv("HOME");

	snprintf(path, sizeof path, "%s/.cache-%d", home ? home : "/tmp", (int)getpid());
	snprintf(file, sizeof file, "%s/index", path);
	MUST(mkdir(path, 0700) == 0);
	write_content(open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0644));
	MUST(unlink(file) == 0 && rmdir(path) == 0);
}

static void shares_memory(void)
{
	char name[64], *memory;
	int fd, status;
	pid_t pid;

	snprintf(name, sizeof name, "/healthy-%d", (int)getpid());
	fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	MUST(fd >= 0 && ftruncate(fd, 64 * 1024) == 0);
	memory = mmap(NULL, 64 * 1024, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	MUST(memory != MAP_FAILED);
	pid = fork();
	MUST(pid >= 0);
	if (pid == 0) {
		int again = shm_open(name, O_RDWR, 0);

		MUST(again >= 0 && pwrite(again, "x", 1, 0) == 1);
		_exit(0);
	}
	MUST(waitpid(pid, &status, 0) == pid && status == 0 && memory[0] == 'x');
	MUST(shm_unlink(name) == 0);
}

static void waits_at_a_semaphore(void)
{
	char name[64];
	sem_t *semaphore;
	int status;
	pid_t pid;

	snprintf(name, sizeof name, "/healthy-%d", (int)getpid());
	semaphore = sem_open(name, O_CREAT | O_EXCL, 0600, 0);
	MUST(semaphore != SEM_FAILED);
	pid = fork();
	MUST(pid >= 0);
	if (pid == 0) {
		MUST(sem_post(semaphore) == 0);
		_exit(0);
	}
	MUST(sem_wait(semaphore) == 0);
	MUST(waitpid(pid, &status, 0) == pid && status == 0);
	MUST(sem_close(semaphore) == 0 && sem_unlink(name) == 0);
}

static void talks_by_fifo(void)
{
	char path[64];
	int fd, status;
	pid_t pid;

	snprintf(path, sizeof path, "/tmp/healthy-%d", (int)getpid());
	MUST(mkfifo(path, 0600) == 0);
	pid = fork();
	MUST(pid >= 0);
	if (pid == 0) {
		write_content(open(path, O_WRONLY | O_CLOEXEC));
		_exit(0);
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	MUST(fd >= 0);
	MUST(read(fd, (char[sizeof CONTENT]){0}, sizeof CONTENT) == sizeof CONTENT);
	MUST(waitpid(pid, &status, 0) == pid && status == 0 && unlink(path) == 0);
}

/* As a shell that writes one to a file, with the words that a script may say. */
static void runs_a_shell(void)
{
	static const char script[] =
		"set -e; f=$(mktemp); d=$(mktemp -d); touch \"$f\" \"$d/lock\"; chmod "
		"600 "
		"\"$f\"; mkdir -m 700 \"$d/sub\"; cp -p \"$f\" \"$d/sub\"; cat > \"$f\" "
		"<<-END\n\tsome text\nEND\nsort -T /tmp \"$f\" > \"$d/sorted\"; exec 9> "
		"\"$d/lock\"; read -r line < \"$d/sorted\"; [ \"$line\" = \"some text\" "
		"]; "
		"ln -s \"$f\" \"$d/link\"; rm -r \"$f\" \"$d\"";
	int status;
	pid_t pid = fork();

	MUST(pid >= 0);
	if (pid == 0) {
		unsetenv("TMPDIR");
		execl("/bin/sh", "sh", "-c", script, NULL);
		_exit(127);
	}
	MUST(waitpid(pid, &status, 0) == pid && status == 0);
}

/* Plugins and modules are searched beside the program. */
static void lists_where_it_stands(void)
{
	DIR *directory = opendir(".");

	MUST(directory && readdir(directory));
	closedir(directory);
}

/* Files that describe the machine and no process. */
static void looks_at_the_machine(void)
{
	static const char *const files[] = {"/proc/cpuinfo", "/proc/meminfo",
		"/proc/stat", "/proc/uptime", "/proc/loadavg", "/proc/version",
		"/proc/sys/kernel/osrelease", "/proc/sys/kernel/pid_max",
		"/proc/sys/kernel/cap_last_cap", "/proc/sys/kernel/ngroups_max",
		"/proc/sys/kernel/random/uuid", "/proc/sys/kernel/random/boot_id",
		"/proc/sys/kernel/threads-max", "/proc/sys/vm/max_map_count"};
	char byte;

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		int fd = open(files[i], O_RDONLY | O_CLOEXEC);

		MUST(fd >= 0 && read(fd, &byte, 1) == 1);
		close(fd);
	}
}

/* ---- calls on itself ---- */

static void pins_itself(void)
{
	pid_t tid = (pid_t)syscall(SYS_gettid);
	cpu_set_t cpus;

	MUST(sched_getaffinity(0, sizeof cpus, &cpus) == 0);
	MUST(sched_setaffinity(0, sizeof cpus, &cpus) == 0);
	MUST(sched_setaffinity(tid, sizeof cpus, &cpus) == 0);
	MUST((errno = pthread_setaffinity_np(pthread_self(), sizeof cpus, &cpus)) == 0);
}

static void schedules_itself(void)
{
	struct sched_param parameter = {0};
	pid_t pid = getpid();

	MUST(sched_setscheduler(0, SCHED_BATCH, &parameter) == 0);
	MUST(sched_setscheduler(pid, SCHED_BATCH, &parameter) == 0);
	MUST(sched_setparam(pid, &parameter) == 0);
	MUST(setpriority(PRIO_PROCESS, 0, 5) == 0);
	MUST(setpriority(PRIO_PROCESS, (id_t)pid, 5) == 0);
	MUST((errno = pthread_setschedparam(pthread_self(), SCHED_OTHER, &parameter)) ==
		0);
}

static void forbids_core_dumps(void)
{
	struct rlimit none = {0, 0}, now;

	MUST(setrlimit(RLIMIT_CORE, &none) == 0);
	MUST(prlimit(0, RLIMIT_CORE, &none, NULL) == 0);
	MUST(prlimit(getpid(), RLIMIT_NOFILE, NULL, &now) == 0);
	MUST(prctl(PR_SET_DUMPABLE, 0) == 0);
}

static void gives_up_groups(void)
{
	MUST(setgroups(0, NULL) == 0);
}

static void dies_with_its_parent(void)
{
	MUST(prctl(PR_SET_PDEATHSIG, SIGTERM) == 0);
	MUST(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
}

static void lowers_its_limits(void)
{
	struct rlimit limit = {32, 32};

	MUST(prlimit(getpid(), RLIMIT_NOFILE, &limit, NULL) == 0);
	MUST(prlimit(getpid(), RLIMIT_NPROC, &limit, NULL) == 0);
	MUST(prlimit(getpid(), RLIMIT_CORE, &limit, NULL) == 0);
	MUST(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	MUST(prlimit(getpid(), RLIMIT_NOFILE, NULL, &limit) == 0 && limit.rlim_cur == 32);
}

/* ---- pairs of sockets ---- */

#ifndef __i386__
static void talk(int type)
{
	int pair[2], size = 16 * 1024, status;
	char byte = 0;
	pid_t pid;

	MUST(socketpair(AF_UNIX, type, 0, pair) == 0);
	MUST(setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size) == 0);
	MUST(setsockopt(pair[0], SOL_SOCKET, SO_RCVBUF, &size, sizeof size) == 0);
	pid = fork();
	MUST(pid >= 0);
	if (pid == 0) {
		MUST(write(pair[1], "x", 1) == 1);
		_exit(0);
	}
	MUST(read(pair[0], &byte, 1) == 1 && byte == 'x');
	MUST(waitpid(pid, &status, 0) == pid && status == 0);
	MUST(shutdown(pair[0], SHUT_WR) == 0);
	close(pair[0]);
	close(pair[1]);
}

static void talks_by_socketpair(void)
{
	talk(SOCK_STREAM);
	talk(SOCK_STREAM | SOCK_CLOEXEC);
	talk(SOCK_SEQPACKET | SOCK_CLOEXEC);
}

/* What event loops and clients set on whatever socket they have. */
static void set_options(int type)
{
	const struct timeval moment = {.tv_usec = 1000};
	const struct linger linger = {1, 1};
	struct timeval waits = {0};
	socklen_t length = sizeof waits;
	int pair[2], on = 1;
	char byte;

	MUST(socketpair(AF_UNIX, type, 0, pair) == 0);
	MUST(setsockopt(pair[0], SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
	MUST(setsockopt(pair[0], SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on) == 0);
	MUST(setsockopt(pair[0], SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == 0);
	MUST(setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0);
	MUST(setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &moment, sizeof moment) == 0);
	MUST(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof moment) == 0);
	MUST(setsockopt(pair[0], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0 &&
		errno == EOPNOTSUPP);
	MUST(getsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &waits, &length) == 0 &&
		(waits.tv_sec || waits.tv_usec));
	/* It would wait for ever. */
	MUST(recv(pair[0], &byte, 1, 0) < 0 && errno == EAGAIN);
	close(pair[0]);
	close(pair[1]);
}

static void sets_options_of_a_socketpair(void)
{
	set_options(SOCK_STREAM);
	set_options(SOCK_SEQPACKET);
}

static void wakes_itself_by_socketpair(void)
{
	int pair[2];
	char byte;

	MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) ==
		0);
	MUST(send(pair[0], "x", 1, MSG_NOSIGNAL) == 1 && recv(pair[1], &byte, 1, 0) == 1);
	MUST(recv(pair[1], &byte, 1, 0) < 0 && errno == EAGAIN);
}
#endif

/* A child that waits, by locks in shared memory. */
static void shares_a_condition(void)
{
	struct {
		pthread_mutex_t mutex;
		pthread_cond_t condition;
		int waiting, done;
	} *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_t mutex;
	pthread_condattr_t condition;

	MUST(shared != MAP_FAILED);
	pthread_mutexattr_init(&mutex);
	pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setprotocol(&mutex, PTHREAD_PRIO_INHERIT);
	pthread_condattr_init(&condition);
	pthread_condattr_setpshared(&condition, PTHREAD_PROCESS_SHARED);
	MUST((errno = pthread_mutex_init(&shared->mutex, &mutex)) == 0);
	MUST((errno = pthread_cond_init(&shared->condition, &condition)) == 0);
	for (int i = 0; i < 3; i++) {
		if (fork() != 0)
			continue;
		pthread_mutex_lock(&shared->mutex);
		shared->waiting++;
		while (!shared->done)
			pthread_cond_wait(&shared->condition, &shared->mutex);
		pthread_mutex_unlock(&shared->mutex);
		_exit(0);
	}
	for (int waiting = 0; waiting < 3; usleep(1000)) {
		pthread_mutex_lock(&shared->mutex);
		waiting = shared->waiting;
		shared->done = waiting == 3;
		MUST((errno = pthread_cond_broadcast(&shared->condition)) == 0);
		pthread_mutex_unlock(&shared->mutex);
	}
	for (int i = 0; i < 3; i++) {
		int status;

		MUST(wait(&status) > 0 && status == 0);
	}
}

/* ---- all ---- */

static const struct {
	const char *name;
	void (*function)(void);
} shapes[] = {
	{"threads-that-allocate", threads_that_allocate},
	{"forty-threads", forty_threads},
	{"alone-hundreds-of-threads", hundreds_of_threads},
	{"alone-waits-for-threads", waits_for_hundreds_of_threads},
	{"alone-waits-for-more-threads", waits_for_more_threads},
	{"threads-that-stay", threads_that_stay},
	{"reserves-addresses", reserves_addresses},
	{"reserves-for-much-memory", reserves_for_much_memory},
	{"uses-two-gib", uses_two_gib},
	{"fills-a-memfd", fills_a_memfd},
	{"maps-a-memfd-twice", maps_a_memfd_twice},
	{"locks-its-file", locks_its_file},
	{"locks-its-memory", locks_its_memory},
	{"reads-random-devices", reads_random_devices},
	{"stirs-random-devices", stirs_random_devices},
	{"writes-to-full", writes_to_full},
	{"reads-configuration", reads_configuration},
	{"counts-processors", counts_processors},
	{"looks-at-its-memory", looks_at_its_memory},
	{"reads-its-status", reads_its_status},
	{"reads-its-maps", reads_its_maps},
	{"finds-its-program", finds_its_program},
	{"reads-its-id-map", reads_its_id_map},
	{"lists-its-descriptors", lists_its_descriptors},
	{"reads-its-container", reads_its_container},
	{"reads-itself-after-exec", reads_itself_after_exec},
	{"executes-its-name", executes_its_name},
	{"opens-its-name", opens_its_name},
	{"tmp-file", makes_a_file},
	{"tmp-attributes", keeps_attributes},
	{"tmp-unnamed-file", makes_an_unnamed_file},
	{"tmp-directories", makes_directories},
	{"tmp-home", writes_at_home},
	{"tmp-shared-memory", shares_memory},
	{"tmp-semaphore", waits_at_a_semaphore},
	{"tmp-fifo", talks_by_fifo},
	{"tmp-shell", runs_a_shell},
	{"looks-at-the-machine", looks_at_the_machine},
	{"lists-where-it-stands", lists_where_it_stands},
	{"pins-itself", pins_itself},
	{"schedules-itself", schedules_itself},
	{"forbids-core-dumps", forbids_core_dumps},
	{"gives-up-groups", gives_up_groups},
	{"dies-with-its-parent", dies_with_its_parent},
	{"lowers-its-limits", lowers_its_limits},
#ifndef __i386__ /* where C libraries do it by socketcall(), which is refused */
	{"talks-by-socketpair", talks_by_socketpair},
	{"sets-options-of-a-socketpair", sets_options_of_a_socketpair},
	{"wakes-itself-by-socketpair", wakes_itself_by_socketpair},
#endif
	{"shares-a-condition", shares_a_condition},
	{"writes-in-pieces", writes_in_pieces},
	{"answers-from-a-grandchild", answers_from_a_grandchild},
	{"answers-from-a-thread", answers_from_a_thread},
	{"moves-its-answer", moves_its_answer},
	{"reopens-its-output", reopens_its_output},
	{"does-not-block", does_not_block},
	{"waits-for-events", waits_for_events},
	{"is-woken-by-timers", is_woken_by_timers},
	{"stops-its-children", stops_its_children},
	{"reads-asynchronously", reads_asynchronously},
	{"restarts-itself", restarts_itself},
	{"executes-a-copy-of-itself", executes_a_copy_of_itself},
	{"confines-itself", confines_itself},
	{"gives-up-what-it-has", gives_up_what_it_has},
	{"keeps-a-directory-of-its-own", keeps_a_directory_of_its_own},
	{"limits-itself-by-number", limits_itself_by_number},
	{"places-its-memory", places_its_memory},
	{"looks-for-huge-pages", looks_for_huge_pages},
	{"has-a-home", has_a_home},
};

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];

	own_name = name;
	executed = argc > 1 && strcmp(argv[1], "again") == 0;
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		if (strcmp(name, "healthy") == 0)
			puts(shapes[i].name);
		if (strcmp(name, shapes[i].name) != 0)
			continue;
		shapes[i].function();
		if (!has_answered)
			fputs(ANSWER, stdout);
		return 0;
	}
	return strcmp(name, "healthy") != 0;
}
