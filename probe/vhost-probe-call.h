// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libvhost-probe: vp_probe() for a caller that has other things to do meanwhile: one with
 * a main loop, or one that may not want to wait any longer. The conventions are those of
 * vhost-probe.h; all of this is there since 0.2.
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
 *           if (vp_call_dispatch(call))
 *                   return G_SOURCE_CONTINUE;
 *           use(vp_call_finish(call, &error));
 *           vp_call_free(call);
 *           return G_SOURCE_REMOVE;
 *   }
 */
typedef struct VpCall VpCall;

/*
 * vp_call_new:
 * @request: copied; as for vp_probe()
 * @error: VP_ERROR_INVALID or VP_ERROR_SHORTAGE
 *
 * Begins a call. Nothing is done before the first vp_call_dispatch().
 *
 * Returns: (transfer full): to be freed by vp_call_free(), or NULL.
 */
VpCall *vp_call_new(const VpRequest *request, GError **error);

/*
 * vp_call_get_fd:
 * Returns: the descriptor to poll for POLLIN (G_IO_IN, EPOLLIN): vp_call_dispatch() has
 * something to do. It stays the same, is the call's, and nothing is to be read from it.
 */
int vp_call_get_fd(const VpCall *call);

/*
 * vp_call_dispatch:
 * Does what can be done now, or some of it. It waits for nothing: neither for programs
 * nor for another process; files are read as files are. It calls the request's progress,
 * which may cancel the call and do nothing else with it.
 *
 * Returns: whether the call goes on. Otherwise vp_call_finish() has the result.
 */
bool vp_call_dispatch(VpCall *call);

/*
 * vp_call_finish:
 * @error: as vp_probe(), or VP_ERROR_CANCELLED
 *
 * Takes the result, once. Before vp_call_dispatch() has returned FALSE it cancels, and
 * waits as vp_call_free() does.
 *
 * Returns: (transfer full): as vp_probe().
 */
VpResult *vp_call_finish(VpCall *call, GError **error);

/*
 * vp_call_cancel:
 * Has the call end soon: its descriptor becomes readable, the next vp_call_dispatch()
 * kills what runs, and further ones return TRUE until nothing is left of that, usually
 * some milliseconds. Then vp_call_finish() fails with VP_ERROR_CANCELLED; a result that
 * was there already is returned all the same.
 *
 * Any thread may do this, as long as none frees the call meanwhile; so may a handler of
 * signals.
 */
void vp_call_cancel(VpCall *call);

/*
 * vp_call_free:
 * @call: (nullable)
 *
 * Of a call that has not ended it kills what runs, and waits for its end: usually some
 * milliseconds, and 2 s at most, where a program is stuck in the kernel. A caller that
 * cannot wait cancels first.
 */
void vp_call_free(VpCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpCall, vp_call_free)

#pragma GCC visibility pop

G_END_DECLS
