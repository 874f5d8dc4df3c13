// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Healthy backends by the way in which their answer reaches stdout: who writes it, with
 * which call, and what the program has done with its descriptors before.
 */
#include "tests/healthy/shapes.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>

#define LENGTH ((ssize_t)sizeof ANSWER - 1)

void writes_in_pieces(void)
{
	for (ssize_t i = 0; i < LENGTH; i++) {
		MUST(write(STDOUT_FILENO, &ANSWER[i], 1) == 1);
		if (i % 16 == 0)
			usleep(20 * 1000);
	}
	has_answered = true;
}

/* Which is nobody's child by then. */
void answers_from_a_grandchild(void)
{
	int ends[2], status;
	char byte;
	pid_t pid;

	MUST(pipe(ends) == 0);
	pid = fork();
	MUST(pid >= 0);
	if (pid == 0) {
		if (fork() != 0)
			_exit(0);
		setsid();
		_exit(write(STDOUT_FILENO, ANSWER, LENGTH) != LENGTH);
	}
	MUST(waitpid(pid, &status, 0) == pid && status == 0);
	/* Its end is the end of this pipe. */
	close(ends[1]);
	MUST(read(ends[0], &byte, 1) == 0);
	has_answered = true;
}

static void *answer_and_exit(void *nothing)
{
	fputs(ANSWER, stdout);
	exit(0);
}

void answers_from_a_thread(void)
{
	pthread_t thread;

	MUST((errno = pthread_create(&thread, NULL, answer_and_exit, NULL)) == 0);
	pthread_exit(NULL);
}

/* A file in memory that holds the answer. */
static int keep_answer(void)
{
	int fd = memfd_create("answer", MFD_CLOEXEC);

	MUST(fd >= 0 && write(fd, ANSWER, LENGTH) == LENGTH &&
		lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

/* One piece by each call that copies nothing. */
void moves_its_answer(void)
{
	const ssize_t piece = LENGTH / 4;
	struct iovec gift = {(void *)&ANSWER[2 * piece], (size_t)piece};
	int file = keep_answer(), ends[2];
	struct stat st;

	/* By hand stdout may be anything. */
	MUST(fstat(STDOUT_FILENO, &st) == 0);
	if (!S_ISFIFO(st.st_mode))
		return;
	MUST(sendfile(STDOUT_FILENO, file, NULL, (size_t)piece) == piece);
	MUST(splice(file, NULL, STDOUT_FILENO, NULL, (size_t)piece, 0) == piece);
	MUST(vmsplice(STDOUT_FILENO, &gift, 1, 0) == piece);
	MUST(pipe2(ends, O_CLOEXEC) == 0);
	MUST(write(ends[1], &ANSWER[3 * piece], LENGTH - 3 * piece) ==
		LENGTH - 3 * piece);
	MUST(tee(ends[0], STDOUT_FILENO, LENGTH, 0) == LENGTH - 3 * piece);
	has_answered = true;
}

/* As if it were a file, and by each of its names. */
void reopens_its_output(void)
{
	static const char *const names[] = {"/dev/stdout", "/proc/self/fd/1", "/dev/fd/1",
		"/dev/stderr", "/dev/fd/2"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		int fd = open(names[i], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

		if (fd < 0)
			fprintf(stderr, "%s: ", names[i]);
		MUST(fd >= 0);
		close(fd);
	}
	MUST(open("/dev/stdin", O_RDONLY | O_CLOEXEC) >= 0);
	MUST(freopen("/dev/stdout", "a", stdout));
}

void does_not_block(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		int flags = fcntl(fd, F_GETFL);

		MUST(flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0);
	}
}
