// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Healthy backends with an event loop, as most have: what they wait for, by whom they are
 * woken, and what they do with their children.
 */
#include "tests/healthy/shapes.h"

#include <aio.h>
#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>

#define SECOND 1000 /* in ms */

/* The same numbers everywhere. */
#define PIDFD_OPEN        434
#define PIDFD_SEND_SIGNAL 424
#define WAIT_FOR_PIDFD    ((idtype_t)3)

static void expect(int fd)
{
	int loop = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event event = {.events = EPOLLIN | EPOLLET | EPOLLONESHOT};

	MUST(fd >= 0 && loop >= 0 && epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event) == 0);
	MUST(epoll_wait(loop, &event, 1, 5 * SECOND) == 1);
	close(loop);
}

static pid_t start_child(void)
{
	pid_t pid = fork();

	MUST(pid >= 0);
	if (pid == 0) {
		pause();
		_exit(0);
	}
	return pid;
}

void waits_for_events(void)
{
	const struct itimerspec soon = {.it_value = {0, 1000 * 1000}};
	int timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK), child_fd;
	sigset_t signals;
	siginfo_t end;
	pid_t child;

	expect(eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK));
	MUST(timer >= 0 && timerfd_settime(timer, 0, &soon, NULL) == 0);
	expect(timer);
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	MUST(sigprocmask(SIG_BLOCK, &signals, NULL) == 0 && raise(SIGTERM) == 0);
	expect(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
	child = start_child();
	child_fd = (int)syscall(PIDFD_OPEN, child, 0);
	MUST(child_fd >= 0 &&
		syscall(PIDFD_SEND_SIGNAL, child_fd, SIGKILL, NULL, 0) == 0);
	expect(child_fd);
	MUST(waitid(WAIT_FOR_PIDFD, (id_t)child_fd, &end, WEXITED) == 0 &&
		end.si_pid == child);
}

static volatile sig_atomic_t woken;

static void wake(int signal)
{
	woken = true;
}

static void wake_by_thread(union sigval nothing)
{
	woken = true;
}

static void sleep_until_woken(void)
{
	for (int i = 0; i < 500 && !woken; i++)
		usleep(10 * 1000);
	MUST(woken);
	woken = false;
}

void is_woken_by_timers(void)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_THREAD, .sigev_notify_function = wake_by_thread};
	const struct itimerspec soon = {.it_value = {0, 1000 * 1000}};
	const struct itimerval once = {.it_value = {0, 1000}};
	timer_t timer;

	MUST(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 &&
		timer_settime(timer, 0, &soon, NULL) == 0);
	sleep_until_woken();
	MUST(signal(SIGALRM, wake) != SIG_ERR && signal(SIGRTMIN, wake) != SIG_ERR);
	MUST(setitimer(ITIMER_REAL, &once, NULL) == 0);
	sleep_until_woken();
	MUST(sigqueue(getpid(), SIGRTMIN, (union sigval){0}) == 0);
	sleep_until_woken();
	/* Against itself, should it hang. */
	alarm(60);
}

/* One, and a group of them, with and without their consent. */
void stops_its_children(void)
{
	pid_t child = start_child();
	int status;

	MUST(kill(child, SIGSTOP) == 0);
	MUST(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status));
	MUST(kill(child, SIGCONT) == 0);
	MUST(waitpid(child, &status, WCONTINUED) == child && WIFCONTINUED(status));
	MUST(setpgid(child, child) == 0 && kill(-child, SIGTERM) == 0);
	MUST(waitpid(child, &status, 0) == child && WTERMSIG(status) == SIGTERM);
	MUST(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
	child = start_child();
	MUST(kill(child, SIGKILL) == 0);
	MUST(waitpid(child, &status, 0) < 0 && errno == ECHILD);
}

/* POSIX's calls, which threads of the C library do. */
void reads_asynchronously(void)
{
	char byte;
	struct aiocb request = {
		.aio_fildes = memfd_create("healthy", MFD_CLOEXEC),
		.aio_buf = &byte,
		.aio_nbytes = 1,
	};
	const struct aiocb *requests[] = {&request};

	MUST(request.aio_fildes >= 0 && write(request.aio_fildes, "x", 1) == 1);
	MUST(aio_read(&request) == 0);
	while (aio_error(&request) == EINPROGRESS)
		aio_suspend(requests, 1, NULL);
	MUST(aio_return(&request) == 1 && byte == 'x');
}
