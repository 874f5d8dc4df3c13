// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The hostile suite: each backend of rows.h, and what else goes wrong with programs, is
 * probed between two healthy ones. A row passes if the verdict is right, no attempt
 * succeeded, both neighbours match, no process and no file is left, the caller's files
 * and processes have not changed, and it did not take long.
 *
 * Every row runs at level full and at a real partial (without any namespace); where a row
 * has a control, once more without a sandbox, where the attempt must succeed. The name of
 * the program says which of them are run: hostile-full, hostile-partial.
 *
 * What is not available here is a skip, or a failure if VHOST_PROBE_MUST_WORK is set.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <net/if.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <glib/gstdio.h>

#include "probe/result.h"
#include "tests/hostile/backend/backend.h"
#include "tests/skip.h"

#define NAMESPACES           0x7f /* the first seven layers */
#define SECRET               "open-sesame-hostile"
#define KEY_OF_CALLER        "bank-password-of-alice"
#define ID_OF_ROOTS_PROGRAMS 65534

typedef struct {
	const char *name;
	VpVerdict verdict;
	unsigned timeout_ms;
	const char *control;
} Row;

static const Row rows[] = {
#define BEHAVIOUR(name, function, verdict, timeout, control) \
	{name, VP_VERDICT_##verdict, timeout, control},
#include "tests/hostile/rows.h"
#undef BEHAVIOUR
};

static SandboxLevel tested = SANDBOX_LEVEL_FULL;
static char *backend; /* the program of all behaviours */
static char *program; /* vhost-probe itself */
static char *warden;  /* and its warden */

/* Says why and fails this row; the others go on. */
#define FAIL(...)                            \
	do {                                 \
		g_test_message(__VA_ARGS__); \
		g_test_fail();               \
	} while (0)

/* ---- the caller's keys ---- */

/* As a login has them. It is gone with this process; where the caller may have none, its
 * programs find none. */
static void have_keys(void)
{
	enum { JOIN_SESSION_KEYRING = 1, SESSION_KEYRING = -3 };

	if (syscall(SYS_keyctl, JOIN_SESSION_KEYRING, NULL) >= 0)
		syscall(SYS_add_key, "user", KEY_OF_CALLER, "x", 1, SESSION_KEYRING);
}

/* ---- where a row plays ---- */

typedef struct {
	char *top, *programs, *manifests, *home;
	pid_t victim;
	int abstract, listener, inherited; /* what the caller has open */
	int fifos[2];
	unsigned jobs;    /* 0: as many as by default */
	uint32_t without; /* beside what the level is without */
	const char *const *expose;
	GString *file_before;
} Stage;

static char *write_text(
	const char *directory, const char *name, mode_t mode, const char *text)
{
	char *path = g_build_filename(directory, name, NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_assert_cmpint(g_chmod(path, mode), ==, 0);
	return path;
}

static void copy_program(const char *from, const char *to, mode_t mode)
{
	g_autofree char *content = NULL;
	gsize length;

	g_assert_true(g_file_get_contents(from, &content, &length, NULL));
	g_assert_true(g_file_set_contents(to, content, (gssize)length, NULL));
	g_assert_cmpint(g_chmod(to, mode), ==, 0);
}

static void announce(const Stage *stage, const char *manifest, const char *binary)
{
	g_autofree char *path = g_path_is_absolute(binary)
					? g_strdup(binary)
					: g_build_filename(stage->programs, binary, NULL);
	g_autofree char *text =
		g_strdup_printf("{\"description\": \"hostile\", \"type\": \"hostile\", "
				"\"binary\": \"%s\"}\n",
			path);

	g_free(write_text(stage->manifests, manifest, 0644, text));
}

static int listen_at(const char *name, bool abstract)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	size_t length = offsetof(struct sockaddr_un, sun_path) + strlen(name) + 1;

	memcpy(address.sun_path + abstract, name, strlen(name));
	g_assert_cmpint(bind(fd, (struct sockaddr *)&address, (socklen_t)length), ==, 0);
	g_assert_cmpint(listen(fd, 8), ==, 0);
	return fd;
}

/* A process of the id that the programs have outside; it lives until it is killed. In a
 * user namespace with one id that is the caller's. */
static pid_t start_victim(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		if (getuid() == 0 &&
			setresuid(ID_OF_ROOTS_PROGRAMS, ID_OF_ROOTS_PROGRAMS,
				ID_OF_ROOTS_PROGRAMS) < 0 &&
			errno != EINVAL)
			_exit(1);
		/* Both are lost with the id. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_DUMPABLE, 1);
		if (getppid() != parent)
			_exit(1);
		for (;;)
			pause();
	}
	g_assert_cmpint(pid, >, 0);
	return pid;
}

static char *make_directory(const char *parent, const char *name)
{
	char *path = g_build_filename(parent, name, NULL);

	g_assert_cmpint(g_mkdir_with_parents(path, 0755), ==, 0);
	return path;
}

/* A FIFO for everybody, whose reader is the caller. */
static int open_fifo(const char *directory, const char *name)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);
	int fd;

	g_assert_cmpint(g_mkdir_with_parents(parent, 0755), ==, 0);
	g_assert_cmpint(mkfifo(path, 0666), ==, 0);
	g_assert_cmpint(g_chmod(path, 0666), ==, 0);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	g_assert_cmpint(fd, >=, 0);
	return fd;
}

/* What of a file an attack could change. */
static GString *describe_file(const Stage *stage)
{
	g_autofree char *path = g_build_filename(stage->home, "file", NULL);
	GString *text = g_string_new(NULL);
	char attributes[256];
	struct stat st;
	int r = stat(path, &st);

	g_string_printf(text, "%d %o %u %lu %ld %ld.%ld %zd", r, st.st_mode, st.st_uid,
		(gulong)st.st_nlink, (long)st.st_size, (long)st.st_ctim.tv_sec,
		(long)st.st_ctim.tv_nsec, listxattr(path, attributes, sizeof attributes));
	return text;
}

#define NO_INTERFACE "none"

/* One of the host's network that no new one has; or a name of none. */
static char *find_interface(void)
{
	char *name = g_strdup(NO_INTERFACE);
	struct ifaddrs *all = NULL;

	if (getifaddrs(&all) < 0)
		return name;
	for (const struct ifaddrs *one = all; one; one = one->ifa_next)
		if (one->ifa_flags & IFF_UP && !(one->ifa_flags & IFF_LOOPBACK)) {
			g_free(name);
			name = g_strdup(one->ifa_name);
			break;
		}
	freeifaddrs(all);
	return name;
}

static Stage *stage_new(const char *name)
{
	Stage *stage = g_new0(Stage, 1);
	g_autofree char *template = g_strdup_printf("hostile-%s-XXXXXX", name);
	g_autofree char *listener = NULL, *abstract = NULL, *text = NULL, *cache = NULL;
	g_autofree char *interface = find_interface();
	g_autoptr(GError) error = NULL;

	stage->top = g_dir_make_tmp(template, &error);
	g_assert_no_error(error);
	g_assert_cmpint(g_chmod(stage->top, 0755), ==, 0);
	stage->programs = make_directory(stage->top, "programs");
	stage->manifests = make_directory(stage->top, "manifests");
	stage->home = make_directory(stage->top, "home");
	cache = make_directory(stage->home, ".cache/vhost-probe");
	g_free(write_text(cache, "entry.json", 0644, "{}\n"));
	g_free(write_text(stage->home, "canary", 0600, SECRET "\n"));
	g_free(write_text(stage->home, "file", 0600, "the caller's\n"));
	stage->victim = start_victim();
	listener = g_build_filename(stage->top, "listener", NULL);
	abstract = g_strdup_printf("hostile-%d-%s", getpid(), name);
	stage->listener = listen_at(listener, false);
	stage->abstract = listen_at(abstract, true);
	stage->fifos[0] = open_fifo(stage->programs, "pipe");
	stage->fifos[1] = open_fifo(stage->programs, "sub/pipe");
	/* Inherited by a program that is not careful. */
	stage->inherited = open(cache, O_RDONLY);
	g_chmod(listener, 0777);
	text = g_strdup_printf("home=%s\ncaller=%d\nvictim=%d\nlistener=%s\nabstract=%s\n"
			       "secret=%s\nkey=%s\ninterface=%s\n",
		stage->home, getpid(), stage->victim, listener, abstract, SECRET,
		KEY_OF_CALLER, interface);
	g_free(write_text(stage->programs, "bait", 0644, text));
	announce(stage, "10-before.json", "healthy-before");
	announce(stage, "90-behind.json", "healthy-behind");
	for (int i = 0; i < 2; i++) {
		g_autofree char *healthy = g_build_filename(
			stage->programs, i ? "healthy-behind" : "healthy-before", NULL);

		copy_program(backend, healthy, 0755);
	}
	stage->file_before = describe_file(stage);
	return stage;
}

static void remove_tree(const char *path)
{
	g_autoptr(GDir) directory = g_file_test(path, G_FILE_TEST_IS_SYMLINK)
					    ? NULL
					    : g_dir_open(path, 0, NULL);
	const char *name;

	while (directory && (name = g_dir_read_name(directory))) {
		g_autofree char *child = g_build_filename(path, name, NULL);

		remove_tree(child);
	}
	g_remove(path);
}

static void stage_free(Stage *stage)
{
	kill(stage->victim, SIGKILL);
	waitpid(stage->victim, NULL, 0);
	close(stage->abstract);
	close(stage->listener);
	close(stage->inherited);
	for (size_t i = 0; i < G_N_ELEMENTS(stage->fifos); i++)
		close(stage->fifos[i]);
	remove_tree(stage->top);
	g_free(stage->top);
	g_free(stage->programs);
	g_free(stage->manifests);
	g_free(stage->home);
	g_string_free(stage->file_before, TRUE);
	g_free(stage);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stage, stage_free)

/* ---- probing ---- */

static VpResult *probe_at(
	const Stage *stage, SandboxLevel level, unsigned timeout_ms, const char **search)
{
	VpRequest request = VP_REQUEST_INIT;
	g_autoptr(GError) error = NULL;
	VpResult *result;

	search[0] = stage->manifests;
	search[1] = NULL;
	request.mode = VP_MODE_LIST;
	request.type = "hostile";
	request.search = search;
	request.uid = geteuid();
	request.gid = getegid();
	request.sandbox = level;
	request.without =
		stage->without | (level == SANDBOX_LEVEL_PARTIAL ? NAMESPACES : 0);
	request.timeout_us = timeout_ms * 1000ull;
	request.home = stage->home;
	request.expose = stage->expose;
	if (stage->jobs)
		request.jobs = stage->jobs;
	request.warden = warden;
	result = vp_probe(&request, &error);
	g_assert_no_error(error);
	return result;
}

static const VpCandidate *find_candidate(const VpResult *result, const char *name)
{
	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		if (g_str_equal(candidate->name, name))
			return candidate;
	}
	g_error("no candidate %s", name);
}

/* Whether @level is what there was; a skip or failure if not. */
static bool is_at(const VpResult *result, SandboxLevel level)
{
	if (result->sandbox.accepted && result->sandbox.level == level)
		return true;
	skip_or_fail("this level is not available here");
	return false;
}

/* ---- what must be true afterwards ---- */

/* Processes that name @text in their command line. */
static unsigned count_processes(const char *text)
{
	g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
	const char *name;
	unsigned n = 0;

	while (proc && (name = g_dir_read_name(proc))) {
		g_autofree char *path = g_build_filename("/proc", name, "cmdline", NULL);
		g_autofree char *words = NULL;
		gsize length;

		if (!g_ascii_isdigit(name[0]) || atoi(name) == getpid() ||
			!g_file_get_contents(path, &words, &length, NULL))
			continue;
		for (gsize i = 0; i < length; i++)
			if (!words[i])
				words[i] = ' ';
		n += strstr(words, text) != NULL;
	}
	return n;
}

typedef struct {
	unsigned fds, files;
	int priority;
	rlim_t processes;
	cpu_set_t cpus;
	sigset_t mask;
	char *cwd;
} Caller;

static unsigned count_entries(const char *path)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	unsigned n = 0;

	while (directory && g_dir_read_name(directory))
		n++;
	return n;
}

/* The harm row makes its files there with the caller's pid as their names' end. */
static unsigned count_marks(void)
{
	static const char *const directories[] = {
		"/tmp", "/var/tmp", "/dev/shm", "/run", "/run/lock", "/mnt", "/"};
	unsigned n = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(directories); i++) {
		g_autofree char *path =
			g_strdup_printf("%s/hostile-file-%d", directories[i], getpid());

		n += g_file_test(path, G_FILE_TEST_EXISTS);
	}
	return n;
}

static Caller caller_now(void)
{
	Caller caller = {.fds = count_entries("/proc/self/fd"), .files = count_marks()};
	struct rlimit limit;

	getrlimit(RLIMIT_NPROC, &limit);
	caller.processes = limit.rlim_cur;
	caller.priority = getpriority(PRIO_PROCESS, 0);
	sched_getaffinity(0, sizeof caller.cpus, &caller.cpus);
	sigprocmask(SIG_SETMASK, NULL, &caller.mask);
	caller.cwd = g_get_current_dir();
	return caller;
}

static void check_caller(const Caller *before)
{
	Caller now = caller_now();

	g_assert_cmpuint(now.fds, ==, before->fds);
	g_assert_cmpuint(now.files, ==, 0);
	g_assert_cmpint(now.priority, ==, before->priority);
	g_assert_cmpuint(now.processes, ==, before->processes);
	g_assert_true(CPU_EQUAL(&now.cpus, &before->cpus));
	g_assert_cmpmem(&now.mask, sizeof now.mask, &before->mask, sizeof before->mask);
	g_assert_cmpstr(now.cwd, ==, before->cwd);
	g_free(now.cwd);
}

/* The victim is the only child, and alive. */
static void check_processes(const Stage *stage)
{
	g_assert_cmpint(waitpid(-1, NULL, WNOHANG | __WALL), ==, 0);
	g_assert_cmpint(waitpid(stage->victim, NULL, WNOHANG), ==, 0);
	g_assert_cmpuint(count_processes(stage->programs), ==, 0);
}

static void check_files(const Stage *stage)
{
	g_autoptr(GString) now = describe_file(stage);

	g_assert_cmpstr(now->str, ==, stage->file_before->str);
	g_assert_cmpuint(count_entries(stage->home), ==, 3); /* .cache canary file */
}

static void check_verdict(const VpCandidate *candidate, const Row *row)
{
	g_autofree char *features = NULL;

	if (candidate->verdict != row->verdict) {
		FAIL("%s: %s (%s), expected %s; stderr: %s", row->name,
			vp_verdict_name(candidate->verdict), candidate->reason,
			vp_verdict_name(row->verdict), candidate->probe.stderr_text);
		return;
	}
	g_assert_nonnull(candidate->reason);
	if (row->verdict != VP_VERDICT_MATCH ||
		g_str_equal(row->name, "terminal-escapes"))
		return;
	features = g_strjoinv(" ", candidate->capabilities->features);
	if (!g_str_equal(features, "tried"))
		FAIL("%s: succeeded: %s", row->name, features);
}

/* Nor did a healthy one find anything of another's in its /tmp. */
static void check_healthy(const VpResult *result, const char *name)
{
	const VpCandidate *candidate = find_candidate(result, name);
	g_autofree char *features = NULL;

	g_assert_cmpint(candidate->verdict, ==, VP_VERDICT_MATCH);
	features = g_strjoinv(" ", candidate->capabilities->features);
	if (!g_str_equal(features, "tried"))
		FAIL("%s found: %s", name, features);
}

/* Probes @row, whose manifest is there, at the tested level. */
static void check_row(Stage *stage, const Row *row)
{
	const char *search[2];
	Caller caller = caller_now();
	gint64 start = g_get_monotonic_time();
	g_autoptr(VpResult) result = probe_at(stage, tested, row->timeout_ms, search);
	gint64 took_ms = (g_get_monotonic_time() - start) / 1000;

	if (is_at(result, tested)) {
		check_verdict(find_candidate(result, "50-hostile.json"), row);
		check_healthy(result, "10-before.json");
		check_healthy(result, "90-behind.json");
		/* Of the row's deadline; the rest is for a machine under load. */
		g_assert_cmpint(took_ms, <, row->timeout_ms + 5000);
		check_processes(stage);
		check_files(stage);
		check_caller(&caller);
	}
	g_free(caller.cwd);
}

/* ---- root of a user namespace in which there is no other id ---- */

static bool child_succeeds(bool (*tries)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(tries() ? 0 : 1);
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool takes_another_id(void)
{
	return setresuid(ID_OF_ROOTS_PROGRAMS, ID_OF_ROOTS_PROGRAMS,
		       ID_OF_ROOTS_PROGRAMS) == 0;
}

static bool forks_beyond_its_limit(void)
{
	struct rlimit none = {0, 0};
	pid_t pid;

	if (setrlimit(RLIMIT_NPROC, &none) < 0)
		return false;
	pid = fork();
	if (pid == 0)
		_exit(0);
	return pid > 0;
}

/* Programs keep the id 0 there, which is the caller's, and may be that of the system's
 * root, whose processes the kernel does not limit. Returns: why @row says nothing. */
static const char *why_row_is_void(const Row *row)
{
	if (geteuid() != 0 || child_succeeds(takes_another_id))
		return NULL;
	if (tested == SANDBOX_LEVEL_PARTIAL &&
		(g_str_equal(row->name, "setuid-helper") ||
			g_str_equal(row->name, "privileges")))
		return "no id but root's here";
	if ((g_str_equal(row->name, "thread-storm") || strstr(row->name, "fork-bomb")) &&
		child_succeeds(forks_beyond_its_limit))
		return "no id but root's here, whose processes are not limited";
	return NULL;
}

/* A vendor's prefix, and another's, with files for everybody to read and write. */
static void make_prefix(const Stage *stage)
{
	static const char *const directories[] = {"prefix", "prefix/bin", "prefix/lib",
		"prefix/share", "prefix/etc", "prefix/var", "prefix/private",
		"other/bin"};

	for (size_t i = 0; i < G_N_ELEMENTS(directories); i++) {
		g_autofree char *path = make_directory(stage->programs, directories[i]);

		g_free(write_text(path, "secret", 0666, SECRET "\n"));
		/* No prefix is one if everybody may write to it. */
		if (strchr(directories[i], '/'))
			g_assert_cmpint(g_chmod(path, 0777), ==, 0);
	}
}

/* Puts the program of @row and its manifest where they have to be, with what it needs. */
static void install(Stage *stage, const Row *row)
{
	static const char *const exposed[] = {EXPOSED_DEVICE, NULL};
	bool in_prefix = g_str_has_prefix(row->name, "installed-");
	g_autofree char *path = g_build_filename(
		stage->programs, in_prefix ? "prefix/bin" : "", row->name, NULL);

	if (in_prefix)
		make_prefix(stage);
	/* In one room, unless it is used up. */
	if (g_str_has_prefix(row->name, "tmp-"))
		stage->jobs = 1;
	if (g_str_has_prefix(row->name, "exposed-"))
		stage->expose = exposed;
	copy_program(backend, path, 0755);
	announce(stage, "50-hostile.json", path);
}

static void test_row(const void *data)
{
	const Row *row = data;
	const char *why = why_row_is_void(row);
	g_autoptr(Stage) stage = stage_new(row->name);
	g_autofree char *helper = g_build_filename(stage->programs, "setuid", NULL);

	if (why) {
		skip_or_fail(why);
		return;
	}
	install(stage, row);
	if (g_str_equal(row->name, "setuid-helper"))
		copy_program(backend, helper, 06755);
	check_row(stage, row);
}

/* Only root reads this, and root's programs in the sandbox are not root. */
static bool may_fail_here(const Row *row)
{
	return !g_str_equal(row->name, "etc-shadow") || access("/etc/shadow", R_OK) == 0;
}

/* Without a sandbox the attempt succeeds. */
static void test_control(const void *data)
{
	const Row *row = data;
	g_autoptr(Stage) stage = stage_new(row->name);
	const char *search[2];
	g_autoptr(VpResult) result = NULL;
	const VpCandidate *candidate;
	g_autofree char *interface = find_interface();

	if (g_str_equal(row->name, "settings-in-proc") &&
		g_str_equal(interface, NO_INTERFACE)) {
		skip_or_fail("no network interface here but the one of every network");
		return;
	}
	install(stage, row);
	result = probe_at(stage, SANDBOX_LEVEL_NONE, row->timeout_ms, search);
	candidate = find_candidate(result, "50-hostile.json");
	if (candidate->verdict != VP_VERDICT_MATCH) {
		FAIL("%s: without a sandbox: %s", row->name, candidate->reason);
		return;
	}
	if (!g_strv_contains((const char *const *)candidate->capabilities->features,
		    row->control)) {
		g_autofree char *features =
			g_strjoinv(" ", candidate->capabilities->features);

		FAIL("%s: without a sandbox there is no %s, only: %s", row->name,
			row->control, features);
	}
}

/* ---- programs that are none ---- */

static void make_script(Stage *stage, const char *path, const char *text)
{
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_assert_cmpint(g_chmod(path, 0755), ==, 0);
}

static void make_empty_file(Stage *stage, const char *path)
{
	make_script(stage, path, "");
}

static void make_without_interpreter(Stage *stage, const char *path)
{
	make_script(stage, path, "echo hello\n");
}

static void make_missing_interpreter(Stage *stage, const char *path)
{
	make_script(stage, path, "#!/no/such/interpreter\n");
}

static void make_own_interpreter(Stage *stage, const char *path)
{
	g_autofree char *text = g_strdup_printf("#!%s\n", path);

	make_script(stage, path, text);
}

/* The kernel follows that link while the process is still the warden. */
static void make_interpreted_by_starter(Stage *stage, const char *path)
{
	make_script(stage, path, "#!/proc/self/exe --print-capabilities\n");
}

static void make_interpreted_by_link(Stage *stage, const char *path)
{
	g_autofree char *link = g_strconcat(path, ".link", NULL);
	g_autofree char *between = g_strconcat(path, ".script", NULL);
	g_autofree char *first = g_strdup_printf("#! %s\n", between);
	g_autofree char *second = g_strdup_printf("#!%s x\n", link);

	g_assert_cmpint(symlink("/proc/thread-self/exe", link), ==, 0);
	make_script(stage, between, second);
	make_script(stage, path, first);
}

/* Whatever its loader is called, it lies in /lib or /lib64. */
static void make_loaded_by_starter(Stage *stage, const char *path)
{
	static const char own[] = "/proc/self/exe";
	g_autofree char *content = NULL;
	gsize size;
	char *found;

	g_assert_true(g_file_get_contents(backend, &content, &size, NULL));
	found = memmem(content, size, "/lib", 4);
	g_assert_nonnull(found);
	g_assert_cmpuint(strlen(found), >=, strlen(own));
	memset(found, 0, strlen(found));
	memcpy(found, own, strlen(own));
	g_assert_true(g_file_set_contents(path, content, (gssize)size, NULL));
	g_assert_cmpint(g_chmod(path, 0755), ==, 0);
}

static void make_directory_of_it(Stage *stage, const char *path)
{
	g_assert_cmpint(g_mkdir(path, 0755), ==, 0);
}

static void make_fifo(Stage *stage, const char *path)
{
	g_assert_cmpint(mkfifo(path, 0755), ==, 0);
}

/* The backend with @from replaced by @to, of the same length. */
static void make_patched(
	const char *path, const char *from, const char *to, size_t length)
{
	g_autofree char *content = NULL;
	gsize size;
	char *found;

	g_assert_true(g_file_get_contents(backend, &content, &size, NULL));
	found = memmem(content, size, from, length);
	g_assert_nonnull(found);
	memcpy(found, to, length);
	g_assert_true(g_file_set_contents(path, content, (gssize)size, NULL));
	g_assert_cmpint(g_chmod(path, 0755), ==, 0);
}

static void make_missing_library(Stage *stage, const char *path)
{
	make_patched(path, "libc.so.6", "libc.so.0", 9);
}

static void make_wrong_architecture(Stage *stage, const char *path)
{
	g_autofree char *content = NULL;
	gsize size;

	g_assert_true(g_file_get_contents(backend, &content, &size, NULL));
	content[18] = 8; /* e_machine: MIPS */
	content[19] = 0;
	g_assert_true(g_file_set_contents(path, content, (gssize)size, NULL));
	g_assert_cmpint(g_chmod(path, 0755), ==, 0);
}

static int busy_fd = -1;

static void make_busy(Stage *stage, const char *path)
{
	copy_program(backend, path, 0755);
	busy_fd = open(path, O_WRONLY | O_CLOEXEC);
}

static void make_family_of_scripts(Stage *stage, const char *path)
{
	make_script(stage, path,
		"#!/bin/sh\ni=0\nf() { i=$((i+1)); [ $i -gt 4 ] || { f & f & }; sleep 5; "
		"}\n"
		"f\n");
}

static const struct {
	const char *name;
	VpVerdict verdict;
	void (*make)(Stage *stage, const char *path);
} files[] = {
	{"empty-file", VP_VERDICT_EXEC_FAILED, make_empty_file},
	{"script-without-interpreter", VP_VERDICT_EXEC_FAILED, make_without_interpreter},
	{"interpreter-missing", VP_VERDICT_EXEC_FAILED, make_missing_interpreter},
	{"script-naming-itself", VP_VERDICT_EXEC_FAILED, make_own_interpreter},
	{"interpreted-by-its-starter", VP_VERDICT_NOT_EXECUTABLE,
		make_interpreted_by_starter},
	{"interpreted-by-a-link", VP_VERDICT_NOT_EXECUTABLE, make_interpreted_by_link},
	{"loaded-by-its-starter", VP_VERDICT_NOT_EXECUTABLE, make_loaded_by_starter},
	{"directory", VP_VERDICT_NOT_EXECUTABLE, make_directory_of_it},
	{"fifo", VP_VERDICT_NOT_EXECUTABLE, make_fifo},
	{"missing-library", VP_VERDICT_EXIT_STATUS, make_missing_library},
	{"wrong-architecture", VP_VERDICT_EXEC_FAILED, make_wrong_architecture},
	{"text-busy", VP_VERDICT_EXEC_FAILED, make_busy},
	{"family-of-scripts", VP_VERDICT_TIMEOUT, make_family_of_scripts},
};

static void test_file(const void *data)
{
	size_t i = GPOINTER_TO_SIZE(data);
	Row row = {files[i].name, files[i].verdict, 500, NULL};
	g_autoptr(Stage) stage = stage_new(row.name);
	g_autofree char *path = g_build_filename(stage->programs, row.name, NULL);

	files[i].make(stage, path);
	announce(stage, "50-hostile.json", row.name);
	check_row(stage, &row);
	if (busy_fd >= 0)
		close(busy_fd);
	busy_fd = -1;
}

static void test_device(void)
{
	static const Row row = {"device", VP_VERDICT_NOT_EXECUTABLE, 500, NULL};
	g_autoptr(Stage) stage = stage_new(row.name);

	announce(stage, "50-hostile.json", "/dev/null");
	check_row(stage, &row);
}

/* What others than the filter forbid too: the caller's keys, since rooms have a session
 * keyring of their own; uncovering a name in /tmp, since mounts are locked together. */
static const Row unfiltered[] = {
	{"searches-keys", VP_VERDICT_MATCH, 5000, NULL},
	{"tmp-mounted-anew", VP_VERDICT_MATCH, 5000, NULL},
};

static void test_unfiltered(const void *data)
{
	const Row *row = data;
	g_autoptr(Stage) stage = stage_new(row->name);
	g_autofree char *path = g_build_filename(stage->programs, row->name, NULL);
	const char *search[2];
	g_autoptr(VpResult) result = NULL;

	copy_program(backend, path, 0755);
	announce(stage, "50-hostile.json", row->name);
	stage->without = SANDBOX_LAYER_BIT(SANDBOX_LAYER_SECCOMP);
	stage->jobs = 1;
	result = probe_at(stage, tested, row->timeout_ms, search);
	if (!result->sandbox.accepted) {
		skip_or_fail("this level is not available here");
		return;
	}
	check_verdict(find_candidate(result, "50-hostile.json"), row);
	check_healthy(result, "10-before.json");
	check_healthy(result, "90-behind.json");
}

/* ---- races ---- */

/* Until it is stopped: @path is the same as @first, then as @second, and so on. */
typedef struct {
	char *path, *first, *second;
	bool link; /* @path is a symlink to them; else a copy of them takes its place */
	int stop;
	unsigned swaps;
} Race;

static void *swap_for_ever(void *data)
{
	Race *race = data;
	g_autofree char *next = g_strconcat(race->path, ".next", NULL);

	while (!g_atomic_int_get(&race->stop)) {
		const char *source = race->swaps % 2 ? race->first : race->second;

		if ((race->link ? symlink(source, next) : link(source, next)) == 0 &&
			rename(next, race->path) == 0)
			race->swaps++;
		/* A link to the same file is left where it is. */
		unlink(next);
	}
	return NULL;
}

static bool has_feature(const VpCandidate *candidate, const char *feature)
{
	return g_strv_contains(
		(const char *const *)candidate->capabilities->features, feature);
}

/* Each outcome is one of the two programs whole, or a verdict that names the change. */
static void check_race(const VpCandidate *candidate)
{
	switch (candidate->verdict) {
	case VP_VERDICT_MATCH:
		g_assert_cmpuint(g_strv_length(candidate->capabilities->features), ==, 1);
		g_assert_true(has_feature(candidate, "first") !=
			      has_feature(candidate, "second"));
		break;
	case VP_VERDICT_EXEC_FAILED:
	case VP_VERDICT_MISSING_BINARY:
	case VP_VERDICT_UNREADABLE:
		break;
	default:
		FAIL("%s: %s", vp_verdict_name(candidate->verdict), candidate->reason);
	}
}

typedef enum { RACE_PROGRAM, RACE_LINK, RACE_MANIFEST } RaceKind;

static void test_race(const void *data)
{
	RaceKind kind = (RaceKind)GPOINTER_TO_INT(data);
	g_autoptr(Stage) stage = stage_new("race");
	Race race = {.link = kind == RACE_LINK};
	const char *search[2];
	bool had = true;
	GThread *thread;

	for (int i = 0; i < 2; i++) {
		const char *name = i ? "second" : "first";
		g_autofree char *text =
			g_strdup_printf("#!/bin/sh\necho '{\"type\": \"hostile\", "
					"\"features\": [\"%s\"]}'\n",
				name);
		g_autofree char *path = write_text(stage->programs, name, 0755, text);
	}
	announce(stage, "50-hostile.json", kind == RACE_MANIFEST ? "first" : "racing");
	if (kind == RACE_MANIFEST) {
		announce(stage, "first.txt", "first");
		announce(stage, "second.txt", "second");
	}
	race.first = g_build_filename(
		kind == RACE_MANIFEST ? stage->manifests : stage->programs,
		kind == RACE_MANIFEST ? "first.txt" : "first", NULL);
	race.second = g_build_filename(
		kind == RACE_MANIFEST ? stage->manifests : stage->programs,
		kind == RACE_MANIFEST ? "second.txt" : "second", NULL);
	race.path = g_build_filename(
		kind == RACE_MANIFEST ? stage->manifests : stage->programs,
		kind == RACE_MANIFEST ? "50-hostile.json" : "racing", NULL);
	thread = g_thread_new("race", swap_for_ever, &race);
	for (int i = 0; i < 100 && had; i++) {
		g_autoptr(VpResult) result = probe_at(stage, tested, 5000, search);

		had = is_at(result, tested);
		if (!had)
			break;
		check_race(find_candidate(result, "50-hostile.json"));
		g_assert_cmpint(find_candidate(result, "90-behind.json")->verdict, ==,
			VP_VERDICT_MATCH);
	}
	g_atomic_int_set(&race.stop, 1);
	g_thread_join(thread);
	if (had)
		g_assert_cmpuint(race.swaps, >, 100);
	check_processes(stage);
	g_free(race.path);
	g_free(race.first);
	g_free(race.second);
}

/* ---- text that reaches a terminal ---- */

/* Runs vhost-probe at the tested level. Returns: (transfer full): stdout and stderr. */
static char *run_program(const Stage *stage, const char *verb, int *ret_status)
{
	const char *argv[] = {program, verb, "--type", "hostile", "--dir",
		stage->manifests, "--sandbox", sandbox_level_name(tested), "--color",
		"never", tested == SANDBOX_LEVEL_PARTIAL ? "--without" : NULL,
		"user,mount,pid,net,ipc,uts,cgroup", NULL};
	g_autofree char *out = NULL, *err = NULL;
	g_autoptr(GError) error = NULL;

	g_spawn_sync(
		NULL, (char **)argv, NULL, 0, NULL, NULL, &out, &err, ret_status, &error);
	g_assert_no_error(error);
	return g_strconcat(out, err, NULL);
}

static void test_terminal(void)
{
	g_autoptr(Stage) stage = stage_new("terminal");
	g_autofree char *path =
		g_build_filename(stage->programs, "terminal-escapes", NULL);
	static const char *const verbs[] = {"list", "explain", "select"};

	copy_program(backend, path, 0755);
	announce(stage, "50-hostile.json", "terminal-escapes");
	g_free(write_text(stage->manifests, "60-\33[31m\n.json", 0644,
		"{\"description\": \"\\u001b]0;x\\u0007\", \"type\": \"hostile\", "
		"\"binary\": \"/nowhere/\\u001b[2J\"}"));
	g_free(write_text(
		stage->manifests, "00-kill.json", 0644, "{\"type\": \"\33[31m"));
	for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++) {
		g_autofree char *text = run_program(stage, verbs[i], NULL);
		unsigned n_tabs = 0;

		g_assert_true(g_utf8_validate(text, -1, NULL));
		for (const char *p = text; *p; p = g_utf8_next_char(p)) {
			gunichar c = g_utf8_get_char(p);

			/* Between the columns of list. */
			n_tabs += c == '\t';
			g_assert_true(c == '\n' || c == '\t' ||
				      (g_unichar_isprint(c) && c != 0x202e));
		}
		/* Five files, and five columns. */
		g_assert_cmpuint(n_tabs, ==, i ? 0 : 5 * 4);
	}
}

/* ---- the caller ---- */

static pid_t start_program(const Stage *stage)
{
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, 1);
		dup2(null, 2);
		execl(program, program, "list", "--type", "hostile", "--dir",
			stage->manifests, "--timeout", "20", "--sandbox",
			sandbox_level_name(tested),
			tested == SANDBOX_LEVEL_PARTIAL ? "--without" : NULL,
			"user,mount,pid,net,ipc,uts,cgroup", NULL);
		_exit(127);
	}
	return pid;
}

/* Waits until there are @n processes of the stage, or for ten seconds. */
static bool wait_for_processes(const Stage *stage, bool any)
{
	for (int i = 0; i < 500; i++) {
		if ((count_processes(stage->programs) > 0) == any)
			return true;
		g_usleep(20 * 1000);
	}
	return false;
}

static const struct {
	const char *name;
	int number;
} signals[] = {{"killed", SIGKILL}, {"interrupted", SIGINT}, {"terminated", SIGTERM},
	{"hung-up", SIGHUP}};

/* What it has started dies with it, grandchildren in their own sessions included. */
static void test_caller_ends(const void *data)
{
	size_t i = GPOINTER_TO_SIZE(data);
	g_autoptr(Stage) stage = stage_new(signals[i].name);
	g_autofree char *text = g_build_filename(stage->programs, "script", NULL);
	gint64 start;
	pid_t pid;
	int status;

	make_script(stage, text,
		"#!/bin/sh\nsetsid sh -c \"sleep 30; : $0\" &\nsh -c \"sleep 30; : "
		"$0\"\n");
	announce(stage, "50-hostile.json", "script");
	pid = start_program(stage);
	if (!wait_for_processes(stage, true)) {
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		skip_or_fail("this level is not available here");
		return;
	}
	start = g_get_monotonic_time();
	kill(pid, signals[i].number);
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_true(WIFSIGNALED(status));
	g_assert_cmpint(WTERMSIG(status), ==, signals[i].number);
	g_assert_cmpint(g_get_monotonic_time() - start, <, 2 * G_USEC_PER_SEC);
	g_assert_true(wait_for_processes(stage, false));
	check_files(stage);
}

static void test_caller_stopped(void)
{
	g_autoptr(Stage) stage = stage_new("stopped");
	g_autofree char *text = g_build_filename(stage->programs, "script", NULL);
	pid_t pid;
	int status;

	make_script(
		stage, text, "#!/bin/sh\nsleep 0.3\necho '{\"type\": \"hostile\"}'\n");
	announce(stage, "50-hostile.json", "script");
	pid = start_program(stage);
	for (int i = 0; i < 3; i++) {
		g_usleep(50 * 1000);
		kill(pid, SIGSTOP);
		g_usleep(200 * 1000);
		kill(pid, SIGCONT);
	}
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_true(WIFEXITED(status));
	g_assert_true(WEXITSTATUS(status) == 0 ||
		      g_strcmp0(g_getenv("VHOST_PROBE_MUST_WORK"), "1") != 0);
	g_assert_true(wait_for_processes(stage, false));
}

/* ---- many ---- */

static void test_many(void)
{
	enum { N = 200 };
	g_autoptr(Stage) stage = stage_new("many");
	g_autofree char *hang =
		g_build_filename(stage->programs, "sleeps-for-ever", NULL);
	const char *search[2];
	g_autoptr(VpResult) result = NULL;
	Caller caller;
	gint64 start;
	unsigned n = 0;

	copy_program(backend, hang, 0755);
	announce(stage, "50-hostile.json", "sleeps-for-ever");
	for (int i = 0; i < N - 3; i++) {
		g_autofree char *name = g_strdup_printf("60-%03d.json", i);
		g_autofree char *file = g_strdup_printf("many-%03d", i);
		g_autofree char *path = g_build_filename(stage->programs, file, NULL);

		copy_program(backend, path, 0755);
		announce(stage, name, file);
	}
	caller = caller_now();
	start = g_get_monotonic_time();
	result = probe_at(stage, tested, 2000, search);
	if (is_at(result, tested)) {
		g_assert_cmpuint(result->candidates->len, ==, N);
		for (guint i = 0; i < result->candidates->len; i++)
			n += ((const VpCandidate *)result->candidates->pdata[i])
				     ->verdict == VP_VERDICT_MATCH;
		g_assert_cmpuint(n, ==, N - 1);
		g_assert_cmpint(find_candidate(result, "50-hostile.json")->verdict, ==,
			VP_VERDICT_TIMEOUT);
		g_assert_cmpint(g_get_monotonic_time() - start, <, 5 * G_USEC_PER_SEC);
		check_processes(stage);
		check_caller(&caller);
	}
	g_free(caller.cwd);
}

/* ---- all ---- */

static void add(
	const char *group, const char *name, const void *data, GTestDataFunc function)
{
	g_autofree char *path =
		g_strdup_printf("/%s/%s/%s", sandbox_level_name(tested), group, name);

	g_test_add_data_func(path, data, function);
}

static void add_plain(const char *name, GTestFunc function)
{
	g_autofree char *path =
		g_strdup_printf("/%s/%s", sandbox_level_name(tested), name);

	g_test_add_func(path, function);
}

int main(int argc, char **argv)
{
	const char *top = g_getenv("STAGE");
	static const char *const races[] = {"program", "link", "manifest"};

	g_test_init(&argc, &argv, NULL);
	g_assert_nonnull(top);
	if (g_str_has_suffix(argv[0], "partial"))
		tested = SANDBOX_LEVEL_PARTIAL;
	backend = g_build_filename(top, "bin/hostile-backend", NULL);
	program = g_build_filename(top, "bin/vhost-probe", NULL);
	warden = g_build_filename(top, "bin/vhost-probe-warden", NULL);
	g_setenv("HOSTILE_SECRET", SECRET, TRUE);
	/* The controls, which have no sandbox, would change this machine's name. Whoever
	 * may not do the one may not do the other. */
	unshare(CLONE_NEWUTS);
	have_keys();
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		add("row", rows[i].name, &rows[i], test_row);
		if (rows[i].control && tested == SANDBOX_LEVEL_FULL &&
			may_fail_here(&rows[i]))
			add("control", rows[i].name, &rows[i], test_control);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
		add("file", files[i].name, GSIZE_TO_POINTER(i), test_file);
	add_plain("file/device", test_device);
	for (size_t i = 0; i < G_N_ELEMENTS(unfiltered); i++)
		add("without-filter", unfiltered[i].name, &unfiltered[i],
			test_unfiltered);
	for (int i = 0; i < (int)G_N_ELEMENTS(races); i++)
		add("race", races[i], GINT_TO_POINTER(i), test_race);
	add_plain("terminal", test_terminal);
	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
		add("caller", signals[i].name, GSIZE_TO_POINTER(i), test_caller_ends);
	add_plain("caller/stopped-and-continued", test_caller_stopped);
	add_plain("many", test_many);
	return g_test_run();
}
