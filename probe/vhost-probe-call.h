// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libvhost-probe: vp_probe() for a caller that has other things to do meanwhile: one with
 * a main loop, or one that may not want to wait any longer. The conventions are those of
 * vhost-probe.h.
 */
#pragma once

#include "vhost-probe.h"

G_BEGIN_DECLS

/* All else is hidden in the shared library. */
#pragma GCC visibility push(default)

/*
 * VpCall:
 * One call while it goes on. It belongs to one thread at a time, except for
 * vp_call_cancel(). Any number may go on at a time, in one thread or in several.
 *
 *   call = vp_call_new(request, &error);
 *   g_unix_fd_add(vp_call_get_fd(call), G_IO_IN, on_ready, call);
 *
 *   static gboolean on_ready(int fd, GIOCondition condition, gpointer call)
 *   {
 *           g_autoptr(GError) error = NULL;
 *
 *           if (vp_call_dispatch(call))
 *                   return G_SOURCE_CONTINUE;
 *           use(vp_call_finish(call, &error));
 *           vp_call_free(call);
 *           return G_SOURCE_REMOVE;
 *   }
 *
 * Since: 0.2.0
 */
typedef struct VpCall VpCall;

/*
 * vp_call_new:
 * @request: copied; as for vp_probe()
 * @error: VP_ERROR_INVALID: @request makes no sense; VP_ERROR_SHORTAGE; VP_ERROR_HOST:
 * the kernel refuses what a descriptor to poll needs
 *
 * Begins a call, from which the total timeout counts. Nothing is done before the first
 * vp_call_dispatch().
 *
 * Returns: (transfer full): the call, to be freed by vp_call_free(); or NULL.
 * Since: 0.2.0
 */
VpCall *vp_call_new(const VpRequest *request, GError **error);

/*
 * vp_call_get_fd:
 * Returns: the descriptor to poll for POLLIN (G_IO_IN, EPOLLIN): vp_call_dispatch() has
 * something to do. It is the call's, stays the same until that is freed, and nothing is
 * to be read from it. It is readable from the beginning; poll it level-triggered, and no
 * longer than vp_call_dispatch() returns TRUE: after that it stays readable.
 * Since: 0.2.0
 */
int vp_call_get_fd(const VpCall *call);

/*
 * vp_call_dispatch:
 * Does what can be done now, or some of it. It waits for nothing: neither for programs
 * nor for another process; files are read as files are. Only where this process itself
 * has a file open whose file system does not answer, the start of another process waits
 * until it does. It calls the request's progress
 * function, which may cancel the call and do nothing else with it.
 *
 * Returns: whether the call goes on. Otherwise vp_call_finish() has the result.
 * Since: 0.2.0
 */
bool vp_call_dispatch(VpCall *call);

/*
 * vp_call_finish:
 * @error: as for vp_probe(), or VP_ERROR_CANCELLED: the call was cancelled, had not
 * ended, or was finished before
 *
 * Takes the result, once. Before vp_call_dispatch() has returned FALSE it cancels, and
 * waits as vp_call_free() does; a result that is complete already is returned all the
 * same.
 *
 * Returns: (transfer full): the result, to be freed by vp_result_free(); or NULL.
 * Since: 0.2.0
 */
VpResult *vp_call_finish(VpCall *call, GError **error);

/*
 * vp_call_cancel:
 * Has the call end soon: its descriptor becomes readable, the next vp_call_dispatch()
 * kills what runs, and further ones return TRUE until nothing is left of that, usually
 * for some milliseconds. Then vp_call_finish() fails with VP_ERROR_CANCELLED; a result
 * that is complete already is returned anyway.
 *
 * Any thread may do this, as long as none frees the call meanwhile; so may a handler of
 * signals.
 *
 * Since: 0.2.0
 */
void vp_call_cancel(VpCall *call);

/*
 * vp_call_free:
 * @call: (nullable) (transfer full): freed, with its descriptor
 *
 * If the call has not ended, this kills what runs, and waits for its end: usually some
 * milliseconds, and 2 s at most, where a program is stuck in the kernel. A caller that
 * cannot wait cancels first.
 *
 * Since: 0.2.0
 */
void vp_call_free(VpCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpCall, vp_call_free)

#pragma GCC visibility pop

G_END_DECLS
