// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The programs that are measured, and the ways to start them. Every way starts a program,
 * waits for its end, and compares what it wrote with what it must write; anything else is
 * the end of the bench.
 */
#pragma once

#include <sys/types.h>
#include <glib.h>

#include "sandbox/sandbox.h"

#define THREADS_MAX 2
#define PROGRAMS    1000 /* requests in one call */
#define OWN_ROOMS   100  /* of them, for give_rooms() */

/* An argument of the bench: end at once. */
#define NOTHING "--nothing"

#define BUBBLEWRAP "/usr/bin/bwrap"

/* The warden's program, for all that opens a sandbox. */
extern char *warden;

/* A program that is started in several ways. */
typedef struct {
	const char *name;
	const char *type;
	char *path;               /* real; NULL: not installed */
	SandboxRequest *requests; /* PROGRAMS times the same, except after give_rooms() */
	GString *said;            /* what it must write each time */
	const char *probe[9];     /* how vhost-probe is called to choose it */
	const char *warm[9];      /* likewise, from the cache */
	GString *answer;          /* what that must write */
	Sandbox *sandboxes[3];    /* kept open from run to run */
} Subject;

/* How programs are started: all of @runs by one call. */
typedef struct {
	SandboxLevel level;
	uint32_t without;
	unsigned parallel; /* threads or workers */
	int kept;          /* of the subject's sandboxes */
} How;

typedef void Run(Subject *subject, unsigned runs, const How *how);

/* posix_spawn(), read(), waitpid(), one after another; and by threads. */
Run run_bare, run_threads;

/* One after another, in a sandbox that stays open, or in one that is opened and closed;
 * and all at once, several at a time, in one that is opened and closed. */
Run run_open, run_new, run_workers;

/* By other programs, once: vhost-probe, which runs it, or knows it from the cache;
 * bubblewrap. And the dynamic linker's part of it:
 * a program that does nothing, but has the libraries of vhost-probe. */
Run run_vhost_probe, run_warm, run_bubblewrap, run_nothing;

/* Starts @argv. Returns: the process; *@ret_fd is the reading end of its stdout. */
pid_t spawn(const char *const *argv, int *ret_fd);

/* Returns: (transfer full): a directory of @build that everybody may read. */
char *make_directory(const char *build, const char *name);

/* Returns: (transfer full) (nullable): the program that the library selects for @type. */
char *find_backend(const char *type);

/* Fills in @subject, of which name, type and path are known. */
void prepare(Subject *subject, const char *build);

/* Puts a copy of @subject's program for each request into a directory of its own, which
 * is no part of the system: each then sees another part of the file system. */
void give_rooms(Subject *subject, const char *build);

/*
 * From the deadline of a program that has to be killed to its last process' end.
 * @argument may be NULL.
 *
 * Returns: microseconds, or a negative number where the program could not be run.
 */
double measure_overrun(const char *program, const char *argument, const How *how);

_Noreturn void die(const char *format, ...) G_GNUC_PRINTF(1, 2);
