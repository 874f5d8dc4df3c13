// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A backend with libsystemd, as a service has it: it says that it is ready and writes to
 * the journal, neither of which is there, and waits in the library's event loop.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <systemd/sd-journal.h>

#define MUST(call)                                                         \
	do {                                                               \
		int r_ = (call);                                           \
		if (r_ < 0) {                                              \
			fprintf(stderr, "%s: %s\n", #call, strerror(-r_)); \
			return 1;                                          \
		}                                                          \
	} while (0)

static int end(sd_event_source *source, uint64_t usec, void *nothing)
{
	return sd_event_exit(sd_event_source_get_event(source), 0);
}

int main(void)
{
	sd_event *event;
	sigset_t signals;

	sd_journal_print(LOG_INFO, "asked for capabilities");
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	MUST(sd_event_default(&event));
	MUST(sd_event_add_signal(event, NULL, SIGTERM, NULL, NULL));
	MUST(sd_event_add_time_relative(
		event, NULL, CLOCK_MONOTONIC, 1000, 0, end, NULL));
	MUST(sd_event_set_watchdog(event, true));
	MUST(sd_listen_fds(false));
	MUST(sd_notify(false, "READY=1"));
	MUST(sd_event_loop(event));
	puts("{\"type\": \"sample\", \"features\": [\"healthy\"]}");
	return 0;
}
