// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The caller's handle on one warden. The clone happens here: what comes before it
 * prepares all that the child needs, since in the child nothing may be allocated any
 * more.
 */
#include "sandbox/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <linux/sched.h>

#include "common/autofd.h"
#include "sandbox/kernel.h"

/* For a warden to end once it is told to. */
#define REAP_TIMEOUT_MS 1000

#define USER_AND_PID \
	(SANDBOX_LAYER_BIT(SANDBOX_LAYER_USER) | SANDBOX_LAYER_BIT(SANDBOX_LAYER_PID))

/*
 * A process like fork()'s, in new namespaces, without any of fork()'s handlers: they may
 * take locks. No exit signal, so that a waitpid(-1) elsewhere in the caller does not see
 * it.
 */
static pid_t clone_process(uint64_t namespaces, int *ret_pid_fd)
{
	struct clone_args args = {
		.flags = CLONE_PIDFD | namespaces,
		.pidfd = (uint64_t)(uintptr_t)ret_pid_fd,
	};
	long pid = syscall(SYS_clone3, &args, sizeof args);

	/* Containers' filters refuse it in several ways, since they cannot look behind
	 * its pointer. */
	if (pid < 0 && errno != EAGAIN && errno != ENOMEM && errno != ENOSPC)
		pid = syscall(SYS_clone, CLONE_PIDFD | namespaces, NULL, ret_pid_fd, NULL,
			NULL);
	/* It may have been written before the failure, and is nothing then. */
	if (pid < 0)
		*ret_pid_fd = -1;
	return (pid_t)pid;
}

/* The user's and the pid namespace, or what of them can be had. */
static const struct {
	uint64_t flags;
	uint32_t layers;
} ways_to_clone[] = {
	{CLONE_NEWUSER | CLONE_NEWPID, USER_AND_PID},
	{CLONE_NEWUSER, SANDBOX_LAYER_BIT(SANDBOX_LAYER_USER)},
	{CLONE_NEWPID, SANDBOX_LAYER_BIT(SANDBOX_LAYER_PID)},
	{0, 0},
};

/* Clones a warden in the best way that works, and notes which and why not better. */
static pid_t clone_warden(const WardenConfig *config, int *ret_pid_fd)
{
	WardenReport *report = config->report;
	uint32_t wanted = USER_AND_PID & ~config->without;
	sigset_t all, before;
	pid_t pid = -1;
	int errnum;

	/* A signal must not run the caller's handler in the child. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	for (size_t i = 0; pid < 0 && i < G_N_ELEMENTS(ways_to_clone); i++) {
		uint32_t layers = ways_to_clone[i].layers;

		if (layers & ~wanted)
			continue;
		report->held = layers;
		pid = clone_process(ways_to_clone[i].flags, ret_pid_fd);
		for (int layer = 0; pid < 0 && layer < SANDBOX_N_LAYERS; layer++)
			if (layers & SANDBOX_LAYER_BIT(layer))
				report->missing_errno[layer] = errno;
	}
	if (pid == 0)
		warden_main(config);
	errnum = errno;
	for (int layer = 0; layer < SANDBOX_N_LAYERS; layer++)
		if (report->held & SANDBOX_LAYER_BIT(layer))
			report->missing_errno[layer] = 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = errnum;
	return pid;
}

static bool write_map(pid_t pid, const char *name)
{
	char path[64], map[32];
	int length = g_snprintf(
		map, sizeof map, "%d %d 1", SANDBOX_INSIDE_ID, SANDBOX_INSIDE_ID);
	autofd fd = -1;

	g_snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	return fd >= 0 && write(fd, map, (size_t)length) == length;
}

static bool send_message(Worker *worker, const Message *message)
{
	return send(worker->socket, message, sizeof *message,
		       MSG_NOSIGNAL | MSG_DONTWAIT) == sizeof *message;
}

/*
 * Whether this process is root, of whatever system it sees. In a user namespace with a
 * single id it is only called so: it has an ordinary user's power, and no other id to
 * give to programs.
 */
static bool is_root(void)
{
	g_autofree char *map = NULL;

	if (geteuid() != 0)
		return false;
	if (!g_file_get_contents("/proc/self/uid_map", &map, NULL, NULL))
		return true;
	g_strstrip(map);
	return strchr(map, '\n') || !g_str_has_suffix(map, " 1");
}

/* Makes what a worker consists of. Returns: whether there is a warden; errno if not. */
static bool start_warden(
	Worker *worker, SandboxLevel level, uint32_t without, const Plan *plan)
{
	WardenConfig config = {
		.level = level,
		.without = without,
		.caller = getpid(),
		.uid = geteuid(),
		.gid = getegid(),
		.root = is_root(),
		.dumpable = prctl(PR_GET_DUMPABLE) == 1,
		.plan = plan,
	};
	int pair[2];

	config.report = mmap(NULL, sizeof *config.report, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (config.report == MAP_FAILED)
		return false;
	worker->report = config.report;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return false;
	worker->socket = pair[0];
	config.socket = pair[1];
	worker->pid = clone_warden(&config, &worker->pid_fd);
	close_fd(&pair[1]);
	return worker->pid > 0;
}

Worker *worker_open(
	SandboxLevel level, uint32_t without, const Plan *plan, GError **error)
{
	Message mapped = {.type = MESSAGE_MAPPED};
	Worker *worker = g_new0(Worker, 1);

	worker->pid_fd = worker->socket = worker->out_fd = worker->err_fd = -1;
	worker->since_us = (uint64_t)g_get_monotonic_time();
	if (!start_warden(worker, level, without, plan)) {
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno),
			"cannot start a worker: %s", g_strerror(errno));
		worker_close(worker);
		return NULL;
	}
	/* Root maps an id that is not its own, so that limits on processes count for the
	 * programs. Others may not; the warden then maps the caller's own id. The groups
	 * first: where that fails nothing is half done. */
	if (worker->report->held & SANDBOX_LAYER_BIT(SANDBOX_LAYER_USER))
		mapped.mapped.done = write_map(worker->pid, "gid_map") &&
				     write_map(worker->pid, "uid_map");
	send_message(worker, &mapped);
	return worker;
}

bool worker_go(Worker *worker)
{
	worker->state = WORKER_IDLE;
	worker->since_us = (uint64_t)g_get_monotonic_time();
	return send_message(worker, &(Message){.type = MESSAGE_GO});
}

/* Returns: whether there is a pipe, whose reading end never blocks. */
static bool open_pipe(int *ret_read, int *ret_write)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	*ret_read = ends[0];
	*ret_write = ends[1];
	/* Else root's programs, of another id inside, could not open their own
	 * /dev/stderr. */
	if (geteuid() == 0 && fchown(ends[1], SANDBOX_INSIDE_ID, SANDBOX_INSIDE_ID) < 0)
		errno = 0; /* only that convenience is missing */
	return fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

static bool append(char *buffer, size_t *length, const char *text)
{
	size_t n = strlen(text) + 1;

	if (n > MESSAGE_MAX - *length)
		return false;
	memcpy(buffer + *length, text, n);
	*length += n;
	return true;
}

int worker_start(Worker *worker, uint32_t number, const SandboxRequest *request,
	uint64_t timeout_us, bool last)
{
	char buffer[MESSAGE_MAX] __attribute__((aligned(8)));
	Message *message = (Message *)buffer;
	size_t length = sizeof *message;
	autofd out_read = -1, out_write = -1, err_read = -1, err_write = -1;
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(2 * sizeof(int))];
	} control = {0};
	struct iovec data = {.iov_base = buffer};
	struct msghdr packet = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control,
	};
	uint32_t argc = 0;

	*message = (Message){.type = MESSAGE_RUN, .number = number};
	message->run.timeout_us = timeout_us;
	message->run.program = request->program;
	message->run.last = last;
	/* Whole seconds above the deadline: a single busy thread meets the deadline
	 * first. */
	message->run.cpu_seconds = (uint32_t)(timeout_us / 1000000) + 2;
	if (!append(buffer, &length, request->real_path))
		return E2BIG;
	for (; request->argv[argc]; argc++)
		if (argc == MESSAGE_ARGC_MAX ||
			!append(buffer, &length, request->argv[argc]))
			return E2BIG;
	message->run.argc = argc;
	if (!open_pipe(&out_read, &out_write) || !open_pipe(&err_read, &err_write))
		return errno;
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(2 * sizeof(int));
	memcpy(CMSG_DATA(&control.header), (int[]){out_write, err_write},
		2 * sizeof(int));
	data.iov_len = length;
	worker->given_us = (uint64_t)g_get_monotonic_time();
	if (sendmsg(worker->socket, &packet, MSG_NOSIGNAL | MSG_DONTWAIT) !=
		(ssize_t)length) {
		/* A warden that takes no request is of no use any more. */
		worker_kill(worker);
		return EPIPE;
	}
	worker->state = WORKER_BUSY;
	worker->since_us = (uint64_t)g_get_monotonic_time();
	worker->number = number;
	worker->last = last;
	worker->overflowed = false;
	worker->out_length = worker->err_length = 0;
	worker->out_fd = steal_fd(&out_read);
	worker->err_fd = steal_fd(&err_read);
	return 0;
}

void worker_cancel(Worker *worker)
{
	Message message = {.type = MESSAGE_CANCEL, .number = worker->number};

	/* It has read every earlier message; if there is no room for this, it is stuck.
	 */
	if (!send_message(worker, &message))
		worker_kill(worker);
}

/* Returns: bytes read into @buffer; 0 when there are none now. Closes *@fd at its end. */
static size_t read_some(int *fd, char *buffer, size_t size)
{
	ssize_t n = *fd < 0 ? -1 : read(*fd, buffer, size);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_fd(fd);
	return n > 0 ? (size_t)n : 0;
}

void worker_read_output(Worker *worker, bool all)
{
	size_t n;

	/* One byte more than allowed tells that it was too much. */
	while ((n = read_some(&worker->out_fd, worker->out + worker->out_length,
			sizeof worker->out - worker->out_length))) {
		worker->out_length += n;
		if (worker->out_length > SANDBOX_STDOUT_MAX) {
			worker->overflowed = true;
			close_fd(&worker->out_fd);
		}
	}
	/* Who floods stderr shall not keep the caller from the others. */
	for (int bites = 0; bites < (all ? 64 : 4); bites++) {
		if (worker->err_length == sizeof worker->err) {
			memcpy(worker->err, worker->err + SANDBOX_STDERR_MAX,
				SANDBOX_STDERR_MAX);
			worker->err_length = SANDBOX_STDERR_MAX;
		}
		n = read_some(&worker->err_fd, worker->err + worker->err_length,
			sizeof worker->err - worker->err_length);
		if (n == 0)
			break;
		worker->err_length += n;
	}
}

void worker_close_output(Worker *worker)
{
	close_fd(&worker->out_fd);
	close_fd(&worker->err_fd);
}

int worker_receive(Worker *worker, Message *ret_message)
{
	ssize_t n = recv(worker->socket, ret_message, sizeof *ret_message, MSG_DONTWAIT);

	/* Gone without having read all: that is told once, before what it has said last.
	 */
	if (n < 0 && errno == ECONNRESET)
		n = recv(worker->socket, ret_message, sizeof *ret_message, MSG_DONTWAIT);
	if (n == sizeof *ret_message)
		return 1;
	return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

void worker_kill(Worker *worker)
{
	/* By its descriptor: a host that waits for all children may have reaped it. Where
	 * its death would not be that of all inside, its own end is waited for: it kills
	 * them when the socket hangs up. */
	if (worker->pid_fd >= 0 &&
		(worker->report->held & SANDBOX_LAYER_BIT(SANDBOX_LAYER_PID)))
		syscall(SYS_pidfd_send_signal, worker->pid_fd, SIGKILL, NULL, 0);
	/* Makes every later receive say that it is gone. */
	if (worker->socket >= 0)
		shutdown(worker->socket, SHUT_RDWR);
}

bool worker_reap(Worker *worker, int timeout_ms)
{
	struct pollfd dead = {.fd = worker->pid_fd, .events = POLLIN};

	if (worker->pid_fd < 0 || worker->pid <= 0)
		return true;
	if (poll(&dead, 1, timeout_ms) <= 0)
		return false;
	waitpid(worker->pid, NULL, __WALL);
	close_fd(&worker->pid_fd);
	return true;
}

void worker_close(Worker *worker)
{
	worker_kill(worker);
	worker_close_output(worker);
	/* At once, but for a process stuck in the kernel: that one is left to its fate.
	 */
	if (!worker_reap(worker, REAP_TIMEOUT_MS)) {
		syscall(SYS_pidfd_send_signal, worker->pid_fd, SIGKILL, NULL, 0);
		worker_reap(worker, 0);
	}
	close_fd(&worker->pid_fd);
	close_fd(&worker->socket);
	if (worker->report)
		munmap(worker->report, sizeof *worker->report);
	g_free(worker);
}
