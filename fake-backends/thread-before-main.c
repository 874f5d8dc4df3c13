// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Like QEMU's programs, whose libraries start a thread before main: here too a
 * constructor starts one and waits until it runs; it idles until the process ends.
 * Without a thread the program aborts, so too strict a limit on processes shows as the
 * verdict signal.
 *
 * Verdict: match.
 */
#include <pthread.h>
#include "fake-backends/fake.h"

static pthread_barrier_t running;

static void *idle(void *data)
{
	pthread_barrier_wait(data);
	while (pause() == -1)
		continue;
	return NULL;
}

__attribute__((constructor)) static void start_thread(void)
{
	pthread_t thread;

	if (pthread_barrier_init(&running, NULL, 2) != 0 ||
		pthread_create(&thread, NULL, idle, &running) != 0)
		abort();
	pthread_detach(thread);
	pthread_barrier_wait(&running);
}

int main(int argc, char **argv)
{
	if (!given(argc, argv, "--print-capabilities")) {
		say(STDERR_FILENO, "Usage: thread-before-main --print-capabilities\n");
		return EXIT_FAILURE;
	}
	say(STDOUT_FILENO, "{\n"
			   "  \"type\": \"gpu\",\n"
			   "  \"features\": [\n"
			   "    \"render-node\"\n"
			   "  ]\n"
			   "}\n");
	return EXIT_SUCCESS;
}
