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

#define THREADS  2
#define PROGRAMS 200 /* names of one program, each as good as a program of its own */

/* An argument of the bench: end at once. */
#define NOTHING "--nothing"

#define BUBBLEWRAP "/usr/bin/bwrap"

/* A program that is started in several ways. */
typedef struct {
	const char *name;
	const char *type;
	char *path;               /* real; NULL: not installed */
	SandboxRequest *requests; /* PROGRAMS, of which all but the first may be empty */
	GString *said;            /* what it must write each time */
	const char *probe[6];     /* how vhost-probe is called to choose it */
	GString *answer;          /* what that must write */
	Sandbox *sandboxes[SANDBOX_LEVEL_FULL + 1]; /* kept open from run to run */
} Subject;

typedef void Run(Subject *subject, unsigned runs, SandboxLevel level);

/* posix_spawn(), read(), waitpid(); and threads that do so with all PROGRAMS names. */
Run run_bare, run_threads;

/* In a sandbox that stays open; in one that is opened and closed; all PROGRAMS names in
 * one that is opened and closed, THREADS at a time. */
Run run_open, run_new, run_workers;

/* By other programs, once: vhost-probe, bubblewrap. And the dynamic linker's part of it:
 * a program that does nothing, but has the libraries of vhost-probe. */
Run run_vhost_probe, run_bubblewrap, run_nothing;

/* Starts @argv. Returns: the process; *@ret_fd is the reading end of its stdout. */
pid_t spawn(const char *const *argv, int *ret_fd);

/* Returns: (transfer full): a directory of @build that everybody may read. */
char *make_directory(const char *build, const char *name);

/* Returns: (transfer full) (nullable): the program that the library selects for @type. */
char *find_backend(const char *type);

/* Fills in @subject, of which name, type and path are known. */
void prepare(Subject *subject, const char *build);

/* Gives it PROGRAMS names, by links beside it. */
void prepare_many(Subject *subject);

_Noreturn void die(const char *format, ...) G_GNUC_PRINTF(1, 2);
