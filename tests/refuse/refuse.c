// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * refuse WHAT... -- COMMAND...: runs a command under a kernel that forbids something, or
 * that says yes and does nothing; a WHAT is one of those below, or CALL=ERRNO. By a
 * system call filter, like those that containers put around everything, on top of which
 * the sandbox then puts its own.
 *
 * Where an answer depends on more than numbers, the kernel asks this process
 * (SECCOMP_RET_USER_NOTIF), which answers until the command has ended. The exit status is
 * the command's.
 *
 * Root needs no no_new_privs for it, and does not get it, so that the sandbox' own shows.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "tests/pass-fds.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

/* <linux/landlock.h> is newer than the oldest supported distribution. */
#ifndef LANDLOCK_CREATE_RULESET_VERSION
#define LANDLOCK_CREATE_RULESET_VERSION (1U << 0)
#endif

#define LOG_SAME_EXEC_OFF  (1U << 0)
#define LOG_SUBDOMAINS_OFF (1U << 2)

#define LIE 0 /* as an errno: nothing is done, and 0 returned */
#define ASK (-1)

static const struct {
	const char *what, *call;
	int errnum;
	bool has_condition;
	struct scmp_arg_cmp condition;
} refusals[] = {
#define ALWAYS    \
	false,    \
	{         \
		0 \
	}
#define FLAG(argument, flag)                             \
	true,                                            \
	{                                                \
		argument, SCMP_CMP_MASKED_EQ, flag, flag \
	}
#define NAMESPACE_FLAGS(what, call, errnum)                  \
	{what, call, errnum, FLAG(0, CLONE_NEWUSER)},        \
		{what, call, errnum, FLAG(0, CLONE_NEWNS)},  \
		{what, call, errnum, FLAG(0, CLONE_NEWPID)}, \
		{what, call, errnum, FLAG(0, CLONE_NEWNET)}, \
		{what, call, errnum, FLAG(0, CLONE_NEWIPC)}, \
		{what, call, errnum, FLAG(0, CLONE_NEWUTS)}, \
	{                                                    \
		what, call, errnum, FLAG(0, CLONE_NEWCGROUP) \
	}
#define MOUNTS(what, errnum)                                                            \
	{what, "mount", errnum, ALWAYS}, {what, "umount2", errnum, ALWAYS},             \
		{what, "pivot_root", errnum, ALWAYS},                                   \
		{what, "open_tree", errnum, ALWAYS},                                    \
		{what, "move_mount", errnum, ALWAYS}, {what, "fsopen", errnum, ALWAYS}, \
		{what, "fsconfig", errnum, ALWAYS}, {what, "fsmount", errnum, ALWAYS},  \
	{                                                                               \
		what, "mount_setattr", errnum, ALWAYS                                   \
	}
	/* Docker's default profile, for a container without CAP_SYS_ADMIN */
	NAMESPACE_FLAGS("docker", "clone", EPERM),
	{"docker", "unshare", EPERM, ALWAYS},
	{"docker", "setns", EPERM, ALWAYS},
	{"docker", "clone3", ENOSYS, ALWAYS},
	MOUNTS("docker", EPERM),
	/* AppArmor on Ubuntu: the namespace is available, but no capability in it */
	{"apparmor", "unshare", EPERM, ALWAYS},
	MOUNTS("apparmor", EACCES),
	{"apparmor-maps", "openat", ASK, true,
		{2, SCMP_CMP_MASKED_EQ, O_ACCMODE, O_WRONLY}},
	{"clone3-missing", "clone3", ENOSYS, ALWAYS},
	{"clone3-forbidden", "clone3", EPERM, ALWAYS},
	{"landlock-missing", "landlock_create_ruleset", ENOSYS, ALWAYS},
	{"landlock-off", "landlock_create_ruleset", EOPNOTSUPP, ALWAYS},
	{"landlock-abi", "landlock_create_ruleset", ASK, ALWAYS},
	/* before ABI 7; and all flags but those that have nothing logged */
	{"landlock-flags-missing", "landlock_restrict_self", EINVAL, true,
		{1, SCMP_CMP_NE, 0, 0}},
	{"landlock-logging-forbidden", "landlock_restrict_self", EPERM, true,
		{1, SCMP_CMP_NE, LOG_SAME_EXEC_OFF | LOG_SUBDOMAINS_OFF, 0}},
	/* older filters, and those of services: no layer's and no program's fault */
	{"openat2-missing", "openat2", ENOSYS, ALWAYS},
	{"openat2-forbidden", "openat2", EPERM, ALWAYS},
	{"openat2-denied", "openat2", EACCES, ALWAYS},
	{"execveat-missing", "execveat", ENOSYS, ALWAYS},
	{"execveat-forbidden", "execveat", EPERM, ALWAYS},
	/* only for programs: others are started by the same calls before them */
	{"execve-later", "execve", ASK, ALWAYS},
	{"execveat-later", "execveat", ASK, ALWAYS},
	{"seccomp-missing", "seccomp", EINVAL, ALWAYS},
	{"limits-forbidden", "prlimit64", EPERM, true, {1, SCMP_CMP_EQ, RLIMIT_AS, 0}},
	{"keys-used-up", "keyctl", EDQUOT, ALWAYS},
	{"keys-missing", "keyctl", ENOSYS, ALWAYS},
	{"setresuid-forbidden", "setresuid", EPERM, ALWAYS},
	/* the call succeeds and does nothing */
	{"lie-unshare", "unshare", LIE, ALWAYS},
	{"lie-seccomp", "seccomp", LIE, ALWAYS},
	{"lie-landlock", "landlock_restrict_self", LIE, ALWAYS},
	{"lie-landlock-run", "landlock_restrict_self", ASK, ALWAYS},
	{"lie-landlock-warden", "landlock_restrict_self", ASK, ALWAYS},
	/* one domain less than there can be is the caller's own */
	{"landlock-run-full", "landlock_restrict_self", ASK, ALWAYS},
	{"lie-capset", "capset", LIE, ALWAYS},
	{"lie-setresuid", "setresuid", LIE, ALWAYS},
	{"lie-no-new-privs", "prctl", LIE, true,
		{0, SCMP_CMP_EQ, PR_SET_NO_NEW_PRIVS, 0}},
	{"lie-limits", "prlimit64", LIE, true, {2, SCMP_CMP_NE, 0, 0}},
	{"lie-mount", "pivot_root", LIE, ALWAYS},
};

#define N_REFUSALS (sizeof refusals / sizeof *refusals)

_Noreturn static void die(const char *what)
{
	fprintf(stderr, "refuse: %s: %s\n", what, strerror(errno));
	exit(125);
}

/* "CALL=ERRNO" refuses that one call. Returns: whether @name is such a word. */
static bool add_call(scmp_filter_ctx filter, const char *name)
{
	static const struct {
		const char *name;
		unsigned number;
	} errnums[] = {{"EPERM", EPERM}, {"ENOSYS", ENOSYS}, {"EACCES", EACCES},
		{"E2BIG", E2BIG}, {"EAGAIN", EAGAIN}, {"EMFILE", EMFILE},
		{"ENFILE", ENFILE}, {"ENOMEM", ENOMEM}};
	char call[64];
	const char *equals = strchr(name, '=');
	int r = -EINVAL;

	if (!equals || equals - name >= (long)sizeof call)
		return false;
	snprintf(call, sizeof call, "%.*s", (int)(equals - name), name);
	for (size_t i = 0; i < sizeof errnums / sizeof *errnums; i++)
		if (strcmp(errnums[i].name, equals + 1) == 0)
			r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(errnums[i].number),
				seccomp_syscall_resolve_name(call), 0);
	errno = -r;
	if (r < 0)
		die(name);
	return true;
}

static int landlock_abi;       /* of landlock-abi-N */
static int landlock_run_errno; /* what a run's own domain is answered; LIE */
static bool lies_to_warden;    /* about its domain, instead of those within it */

/* "landlock-abi-3" is landlock-abi with a number. Returns: whether @name is a known one.
 */
static bool add_refusals(scmp_filter_ctx filter, const char *name, bool *ret_asks)
{
	static const char abi[] = "landlock-abi-";
	bool found = false;

	if (strncmp(name, abi, sizeof abi - 1) == 0) {
		landlock_abi = atoi(name + sizeof abi - 1);
		name = "landlock-abi";
	}
	if (strcmp(name, "landlock-run-full") == 0)
		landlock_run_errno = E2BIG;
	if (strcmp(name, "lie-landlock-warden") == 0)
		lies_to_warden = true;
	for (size_t i = 0; i < N_REFUSALS; i++) {
		int number = seccomp_syscall_resolve_name(refusals[i].call);
		int r;

		if (strcmp(refusals[i].what, name) != 0)
			continue;
		found = true;
		*ret_asks = *ret_asks || refusals[i].errnum == ASK;
		r = seccomp_rule_add_array(filter,
			refusals[i].errnum == ASK
				? SCMP_ACT_NOTIFY
				: SCMP_ACT_ERRNO((unsigned)refusals[i].errnum),
			number, refusals[i].has_condition, &refusals[i].condition);
		errno = -r;
		if (r < 0)
			die(refusals[i].call);
	}
	return found;
}

/* ---- answers ---- */

/* Older kernels refuse a longer attribute, and do not know the newer version's number. */
static void answer_landlock(
	const struct seccomp_data *data, struct seccomp_notif_resp *response)
{
	size_t known = landlock_abi >= 6 ? 24 : landlock_abi >= 4 ? 16 : 8;

	if (data->args[2] & LANDLOCK_CREATE_RULESET_VERSION)
		response->val = landlock_abi;
	else if (data->args[1] > known)
		response->error = -E2BIG;
	else
		response->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
}

/* Yes to the warden's domain, and a lie about those within it, or a no; or the reverse:
 * for one warden. */
static void answer_restrict(struct seccomp_notif_resp *response)
{
	static unsigned n;

	if ((n++ == 0) != lies_to_warden)
		response->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	else
		response->error = -landlock_run_errno;
}

/* Yes to the start of a warden, and no to what it starts: by the name that it takes. */
static void answer_execute(
	const struct seccomp_notif *request, struct seccomp_notif_resp *response)
{
	char name[64], comm[32] = "";
	FILE *file;

	snprintf(name, sizeof name, "/proc/%u/comm", request->pid);
	file = fopen(name, "re");
	if (file) {
		if (!fgets(comm, sizeof comm, file))
			*comm = '\0';
		fclose(file);
	}
	if (strcmp(comm, "vhost-warden\n") == 0)
		response->error = -EPERM;
	else
		response->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
}

static void answer_open(
	const struct seccomp_notif *request, struct seccomp_notif_resp *response)
{
	char name[64], path[256] = "";
	int fd;

	snprintf(name, sizeof name, "/proc/%u/mem", request->pid);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		if (pread(fd, path, sizeof path - 1, (off_t)request->data.args[1]) < 0)
			*path = '\0';
		close(fd);
	}
	if (strstr(path, "uid_map") || strstr(path, "gid_map"))
		response->error = -EACCES;
	else
		response->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
}

static void answer(
	int fd, struct seccomp_notif *request, struct seccomp_notif_resp *response)
{
	memset(request, 0, sizeof *request);
	if (seccomp_notify_receive(fd, request) != 0)
		return;
	memset(response, 0, sizeof *response);
	response->id = request->id;
	if (request->data.nr == SYS_landlock_create_ruleset)
		answer_landlock(&request->data, response);
	else if (request->data.nr == SYS_landlock_restrict_self)
		answer_restrict(response);
	else if (request->data.nr == SYS_execve || request->data.nr == SYS_execveat)
		answer_execute(request, response);
	else
		answer_open(request, response);
	seccomp_notify_respond(fd, response);
}

/* Answers until @pid has ended. Returns: its wait status. */
static int serve(int fd, pid_t pid)
{
	struct seccomp_notif *request;
	struct seccomp_notif_resp *response;
	int status;

	if (seccomp_notify_alloc(&request, &response) != 0)
		die("seccomp_notify_alloc");
	while (waitpid(pid, &status, WNOHANG) == 0) {
		struct pollfd asked = {.fd = fd, .events = POLLIN};

		if (poll(&asked, 1, 10) > 0 && (asked.revents & POLLIN))
			answer(fd, request, response);
	}
	return status;
}

/* ---- descriptors between processes ---- */

static int take_fd(int socket)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {0};
	char byte;
	struct iovec data = {&byte, 1};
	struct msghdr message = {.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control};
	int fd;

	if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != 1)
		die("recvmsg");
	memcpy(&fd, CMSG_DATA(&control.header), sizeof fd);
	return fd;
}

int main(int argc, char **argv)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	bool asks = false;
	int pair[2], status, i = 1;
	pid_t pid = 0;

	for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (!add_call(filter, argv[i]) && !add_refusals(filter, argv[i], &asks)) {
			fprintf(stderr, "refuse: %s is not known\n", argv[i]);
			return 125;
		}
	}
	if (i + 1 >= argc)
		return 125;
	if (geteuid() == 0)
		seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0);
	if (asks && (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0 ||
			    (pid = fork()) < 0))
		die("fork");
	if (pid == 0) {
		errno = -seccomp_load(filter);
		if (errno)
			die("seccomp_load");
		if (asks && !pass_fds(pair[1], (int[]){seccomp_notify_fd(filter)}, 1))
			die("sendmsg");
		execvp(argv[i + 1], argv + i + 1);
		die(argv[i + 1]);
	}
	status = serve(take_fd(pair[0]), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
