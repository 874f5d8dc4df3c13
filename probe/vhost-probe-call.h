// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * vp_probe() for a caller that has other things to do meanwhile: a main loop, or somebody
 * who may not want to wait any longer.
 */
#pragma once

#include "probe/vhost-probe.h"

G_BEGIN_DECLS

#define VP_ERROR (vp_error_quark())

typedef enum {
	VP_ERROR_CANCELLED = 8, /* by vp_call_cancel() */
	VP_ERROR_DEADLINE = 9,  /* total_timeout_us is over */
} VpError;

GQuark vp_error_quark(void);

/*
 * VpCall:
 * One call while it goes on. It belongs to one thread at a time, except for
 * vp_call_cancel(). Any number may go on at a time, in one thread or in several.
 *
 *   call = vp_call_new(&request, &error);
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
 * @request: must live as long as the call, and its result
 * @error: G_FILE_ERROR: descriptors are exhausted
 *
 * Begins a call. Nothing is done before the first vp_call_dispatch().
 *
 * Returns: (transfer full): to be freed by vp_call_free(), or NULL.
 *
 * Since: 0.2
 */
VpCall *vp_call_new(const VpRequest *request, GError **error);

/*
 * vp_call_get_fd:
 * Returns: the descriptor to poll for POLLIN (G_IO_IN, EPOLLIN): vp_call_dispatch() has
 * something to do. It stays the same, is the call's, and nothing is to be read from it.
 *
 * Since: 0.2
 */
int vp_call_get_fd(const VpCall *call);

/*
 * vp_call_dispatch:
 * Does what can be done now, or some of it. It waits for nothing: neither for programs
 * nor for another process; files are read as files are. It calls the request's progress,
 * which may cancel the call and do nothing else with it.
 *
 * Returns: whether the call goes on. Otherwise vp_call_finish() has the result.
 *
 * Since: 0.2
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
 *
 * Since: 0.2
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
 *
 * Since: 0.2
 */
void vp_call_cancel(VpCall *call);

/*
 * vp_call_free:
 * @call: (nullable)
 *
 * Of a call that has not ended it kills what runs, and waits for its end: usually some
 * milliseconds, and 2 s at most, where a program is stuck in the kernel. A caller that
 * cannot wait cancels first.
 *
 * Since: 0.2
 */
void vp_call_free(VpCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpCall, vp_call_free)

G_END_DECLS
