// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * vhost-probe-warden: builds one room and runs programs in it, one after another, for the
 * process at the other end of its socket (sandbox/launch.c starts it).
 *
 * Theory of operation, in the order of the code. Each phase says in its file what it
 * should and must not do.
 *   main.c        1. clean:     nothing that the caller has passed on counts here
 *   outer.c       2. give birth: pid 1 of the room, with a user and a pid namespace
 *   inner.c       3. separate:  the other namespaces; what will be seen inside is cloned
 *                 (the caller has meanwhile read what programs there are)
 *                 4. build:     ids, root, limits, capabilities, Landlock, filter
 *                 5. prove:     canaries try what must not work
 *   supervisor.c  6. serve:     one program at a time, until the caller hangs up
 *
 * The C library is all that it links. It is started with an empty environment, since not
 * every privileged start makes the dynamic linker careful (capabilities that are
 * inherited do not).
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "sandbox/base/raw.h"
#include "sandbox/warden/control.h"
#include "sandbox/warden/limits.h"
#include "sandbox/warden/outer.h"

static bool is_socket(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

/* These three are always taken: otherwise a pipe would get one of their numbers. */
static void fill_standard_descriptors(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		fd = open("/", O_PATH | O_CLOEXEC);
	for (int i = 0; i < 3; i++)
		if (fd < 0 || (fd != i && dup2(fd, i) < 0))
			control_shortage(errno);
	raw_close_range(WARDEN_SOCKET + 1, ~0u);
}

/* Every program would inherit signals that are ignored or blocked. By system call, since
 * the C library keeps two signals to itself. */
static void reset_signals(void)
{
	static const uint64_t by_default[4]; /* the kernel's struct sigaction */
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		syscall(SYS_rt_sigaction, number, by_default, NULL, NSIG / 8);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * Should leave nothing of the caller's except its ids, its control group and those limits
 * that it may not raise. Must not read the environment or write anywhere.
 */
static void clean(void)
{
	fill_standard_descriptors();
	fcntl(WARDEN_SOCKET, F_SETFD, FD_CLOEXEC);
	limits_reset();
	reset_signals();
	/* Out of the terminal's reach: its interrupt is for the caller. */
	setsid();
	umask(022);
	if (chdir("/") < 0)
		_exit(EXIT_NO_ROOT);
	prctl(PR_SET_NAME, "vhost-warden");
}

int main(void)
{
	Message open;

	if (!is_socket(WARDEN_SOCKET)) {
		fputs("vhost-probe-warden: started by vhost-probe, not by hand; see "
		      "vhost-probe(1)\n",
			stderr);
		return EXIT_BY_HAND;
	}
	clean();
	control_open(&open);
	outer_live(&open);
}
