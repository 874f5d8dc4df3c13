// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Starting the warden's program: which file, and as what kind of child.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

/*
 * launch_open_program:
 * @path: of the warden's program
 * @error: G_FILE_ERROR: it is not there, or not to be trusted
 *
 * It must belong to root, to the caller, or to the owner of the running program, and
 * nobody else may be able to write it.
 *
 * Returns: a descriptor, which the caller owns, or -1.
 */
int launch_open_program(const char *path, GError **error);

/* One warden that was started. */
typedef struct Launch Launch;

/*
 * launch_start:
 * @program: of launch_open_program()
 * @socket: becomes WARDEN_SOCKET
 * @error: G_FILE_ERROR: no process, no memory
 *
 * The caller's process gets no SIGCHLD, and no child that a waitpid(-1) of its own could
 * take. The middle process keeps the caller's privileges until the warden has ended, but
 * it can only wait.
 *
 * Returns: (transfer full): to be freed by launch_free(), or NULL.
 */
Launch *launch_start(int program, int socket, GError **error);

/*
 * launch_look:
 * @path: absolute
 *
 * Starts a process that only looks at what is there, and may wait for its file system: it
 * opens a regular file or a directory, and reads some of it; launch_status() says whether
 * it has come to its end. It keeps the working directory, to which paths in /proc may
 * lead, and ends with the thread that has started it. A file system that does not
 * answer may hold it up even when it is killed; then it is abandoned, and is one more
 * process that shares the caller's memory, until that answers or goes away.
 *
 * Returns: (transfer full): as launch_start(), or NULL with errno.
 */
Launch *launch_look(const char *path);

/* Does not wait. Returns: whether the warden has ended. */
bool launch_has_ended(Launch *launch);

/* To poll for POLLIN until it has ended; from then on POLLIN always shows. */
int launch_fd(const Launch *launch);

/*
 * launch_status:
 * @ret_failure: errno value of why it could not be started, or 0
 * @ret_status: as of waitpid(), of the process of the warden that did not end with 0
 *
 * Of a warden that has ended. Returns: whether that is known.
 */
bool launch_status(const Launch *launch, int *ret_failure, int *ret_status);

/* Kills a warden that does not end when its socket hangs up. All that it runs dies with
 * it. */
void launch_kill(Launch *launch);

/* It should have ended; otherwise it is abandoned, with some memory. */
void launch_free(Launch *launch);
