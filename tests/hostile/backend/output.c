// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What programs print, how long they take, how they end, and what they leave afterwards:
 * attacks on their reader, and mere failures.
 */
#include "tests/hostile/backend/backend.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>

#define OUTPUT_MAX 65536 /* what is accepted on stdout */

/* ---- output ---- */

void one_byte_writes(void)
{
	for (const char *p = CAPABILITIES; *p; p++)
		say_bytes(1, p, 1);
}

void valid_then_exit_1(void)
{
	say(CAPABILITIES);
	_exit(1);
}

void empty(void)
{
}

void truncated(void)
{
	say_bytes(1, CAPABILITIES, sizeof CAPABILITIES - 6);
}

void trailing_text(void)
{
	say(CAPABILITIES "and more\n");
}

void two_documents(void)
{
	say(CAPABILITIES CAPABILITIES);
}

void nul_byte(void)
{
	say_bytes(1, CAPABILITIES, sizeof CAPABILITIES); /* the string's own */
}

void nul_in_string(void)
{
	say("{\"type\": \"hostile\\u0000x\"}\n");
}

void bad_utf8(void)
{
	say("{\"type\": \"hostile\", \"features\": [\"\xff\xfe\"]}\n");
}

void byte_order_mark(void)
{
	say("\xef\xbb\xbf" CAPABILITIES);
}

void deep(void)
{
	say("{\"type\": \"hostile\", \"x\": ");
	for (int i = 0; i < 10000; i++)
		say("[");
	for (int i = 0; i < 10000; i++)
		say("]");
	say("}\n");
}

void duplicate_keys(void)
{
	say("{\"type\": \"other\", \"type\": \"hostile\"}\n");
}

void huge_numbers(void)
{
	say("{\"type\": \"hostile\", \"features\": [\"tried\"], \"a\": 1e99999, \"b\": "
	    "99999999999999999999999999999999999999, \"c\": "
	    "-0.00000000000000000001e-9}\n");
}

void repeated_features(void)
{
	say("{\"type\": \"hostile\", \"features\": [");
	for (int i = 0; i < 1000; i++)
		say("\"tried\", ");
	say("\"tried\"]}\n");
}

void array_root(void)
{
	say("[" CAPABILITIES "]");
}

void no_type(void)
{
	say("{\"features\": [\"tried\"]}\n");
}

void type_is_a_number(void)
{
	say("{\"type\": 5, \"features\": [\"tried\"]}\n");
}

void other_type(void)
{
	say("{\"type\": \"gpu\", \"features\": [\"tried\"]}\n");
}

static void flood(int fd)
{
	static char bytes[4096];

	memset(bytes, '\33', sizeof bytes);
	for (int i = 0; i < 64 * 1024; i++) /* 256 MiB */
		say_bytes(fd, bytes, sizeof bytes);
}

void stdout_flood(void)
{
	flood(1);
}

void stderr_flood(void)
{
	char bytes[1024];

	memset(bytes, 'x', sizeof bytes);
	for (int i = 0; i < 4096; i++)
		say_bytes(2, bytes, sizeof bytes);
	say(CAPABILITIES);
}

void json_on_stderr(void)
{
	say_bytes(2, CAPABILITIES, sizeof CAPABILITIES - 1);
}

static void padded(size_t length)
{
	say(CAPABILITIES);
	for (length -= sizeof CAPABILITIES - 1; length; length--)
		say(" ");
}

void exactly_the_limit(void)
{
	padded(OUTPUT_MAX);
}

void one_more_than_the_limit(void)
{
	padded(OUTPUT_MAX + 1);
}

void terminal_escapes(void)
{
	static const char error[] = "\33]0;title\7\33[31m\r\nline\xc2\x9b"
				    "31m\n";

	say_bytes(2, error, sizeof error - 1);
	say("{\"type\": \"hostile\", \"features\": [\"\\u001b]0;title\\u0007\", "
	    "\"a\\nb\", "
	    "\"\\u009b31m\", \"\\u202e\"]}\n");
}

/* ---- time ---- */

void sleep_for_ever(void)
{
	sleep(60);
}

void valid_then_hang(void)
{
	say(CAPABILITIES);
	sleep(60);
}

void one_byte_a_second(void)
{
	for (const char *p = CAPABILITIES; *p; p++) {
		say_bytes(1, p, 1);
		sleep(1);
	}
}

void ignore_sigterm(void)
{
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_IGN);
	for (int i = 0; i < 60; i++)
		sleep(1);
}

void busy_loop(void)
{
	alarm(20);
	for (;;)
		;
}

void stop_itself(void)
{
	kill(getpid(), SIGSTOP);
	sleep(60);
}

void close_all_and_hang(void)
{
	close(0);
	close(1);
	close(2);
	sleep(60);
}

void read_stdin(void)
{
	char byte;

	if (read(0, &byte, 1) != 0)
		breach("stdin");
	tell();
}

/* ---- death ---- */

void die_by_abort(void)
{
	abort();
}

void die_by_segv(void)
{
	*(volatile int *)(uintptr_t)own_path[0] = 0;
}

void kill_itself(void)
{
	say(CAPABILITIES);
	kill(getpid(), SIGKILL);
}

void exit_255(void)
{
	_exit(255);
}

/* ---- survivors ---- */

void daemon_holds_the_pipe(void)
{
	if (fork() == 0) {
		sleep(60);
		_exit(0);
	}
	say(CAPABILITIES);
}

void daemon_in_its_own_session(void)
{
	if (fork() == 0) {
		setsid();
		for (int number = 1; number < NSIG; number++)
			signal(number, SIG_IGN);
		if (fork() == 0) {
			setsid();
			prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
			for (int i = 0; i < 60; i++)
				sleep(1);
		}
		_exit(0);
	}
	usleep(50 * 1000);
	say(CAPABILITIES);
}

/* At most 1,024 processes at a time, for at most 10 s. */
static void bomb(void)
{
	signal(SIGCHLD, SIG_IGN);
	alarm(10);
	for (int generation = 0; generation < 10; generation++)
		if (fork() == 0)
			alarm(10);
	for (;;)
		if (fork() == 0)
			_exit(0);
}

void fork_bomb(void)
{
	bomb();
}

void fork_bomb_left_behind(void)
{
	if (fork() == 0)
		bomb();
	usleep(100 * 1000);
	say(CAPABILITIES);
}

static void *wait_a_minute(void *nothing)
{
	sleep(60);
	return nothing;
}

void thread_storm(void)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int n = 0;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 64 * 1024);
	while (n < 4096 && pthread_create(&thread, &attributes, wait_a_minute, NULL) == 0)
		n++;
	/* 256 where they are counted with others', and those are found in steps. */
	if (n >= 400)
		breach("threads-%d", n);
	tell();
	_exit(0);
}

void late_writer(void)
{
	say(CAPABILITIES);
	/* A process that is left has 50 ms to end. */
	if (fork() == 0) {
		usleep(200 * 1000);
		say("too late\n");
		sleep(60);
	}
}
