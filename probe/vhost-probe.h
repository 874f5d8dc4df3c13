// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libvhost-probe: which vhost-user backend to use, and why.
 *
 * One call, vp_probe(), takes a request and returns a result that holds every file that
 * was seen, each with a verdict and a reason:
 *
 *   g_autoptr(GError) error = NULL;
 *   g_autoptr(VpRequest) request = vp_request_new();
 *   vp_request_set_type(request, "gpu");
 *   vp_request_set_from_environment(request);
 *   g_autoptr(VpResult) result = vp_probe(request, &error);
 *   const VpCandidate *selected = result ? vp_result_get_selected(result) : NULL;
 *   if (selected)
 *           puts(vp_candidate_get_binary(selected));
 *   else
 *           fputs(error ? error->message : "no gpu backend", stderr);
 *
 * The library reads no environment and no configuration unless it is told to by
 * vp_request_set_from_environment() and vp_request_load_config(). It logs nothing, never
 * exits, and leaves the process' signals, umask, working directory and children alone.
 *
 * Conventions. Strings are UTF-8, except paths and names of files, which are bytes. Paths
 * that are given are absolute. Times are microseconds. Lists of strings are
 * NULL-terminated, and never NULL: there may be nothing in them. Other lists have a
 * length, and a getter of the element at an index. Names and numbers of all enumerations
 * are stable; new values are added at the end, so be prepared for numbers that you do not
 * know.
 *
 * How this is written. The comment above a declaration documents it; one comment may be
 * about several, which it lists, and then has their results in this order. (transfer
 * none): the result belongs to the object that was asked, and lives as long as that;
 * static: as long as the library. (transfer full): the caller frees it. Arguments are
 * (transfer none) unless something else is said: the caller keeps them. NULL may be
 * given or returned where (nullable) is said, and given for @error and each @ret_... that
 * is not wanted; nowhere else. Each @ret_... is filled in on success, and stays as it was
 * on failure unless something else is said. Since names the release that has brought a
 * declaration.
 *
 * Errors. A function that is given a @error sets it exactly where it returns NULL, FALSE
 * or -1. The domain is VP_ERROR; the codes are listed with each function.
 *
 * Texts for people (reasons, hints, findings, messages of errors) are meant to be one
 * line. They quote names of files and words of programs as they are, which may hold
 * newlines, control characters, and bytes that are not UTF-8. Escape them before they go
 * to a log or a terminal.
 *
 * Threads. Nothing is shared between calls: any number may run at once, each in a thread
 * of its own. A request belongs to one thread at a time; a result does not change any
 * more, and may be read by several.
 *
 * Rule ids (D1, M2, ...) are those of docs/rules.md.
 *
 * This header includes vhost-probe-request.h, vhost-probe-result.h and
 * vhost-probe-names.h. Others are included where they are needed: vhost-probe-call.h for
 * a caller that cannot wait, vhost-probe-words.h for a program that talks with people,
 * vhost-probe-check.h for packagers, vhost-probe-cache.h for the cache itself.
 */
#pragma once

#include "vhost-probe-names.h"
#include "vhost-probe-request.h"
#include "vhost-probe-result.h"

G_BEGIN_DECLS

/* All else is hidden in the shared library. */
#pragma GCC visibility push(default)

/*
 * vp_probe:
 * @request: copied; with a type or a binary, except in VP_MODE_LIST
 * @error: VP_ERROR_INVALID: @request makes no sense; VP_ERROR_HOST: something that every
 * call needs is absent or refused; VP_ERROR_SHORTAGE; VP_ERROR_DEADLINE
 *
 * Does all that @request asks for, and returns when it is done: it finds the manifests
 * (D1 to D5), reads them (M1, M2), asks their programs or the cache (P1 to P4), and
 * chooses by what they answer (C1, D2). That nothing matches is no error, nor is a
 * sandbox that is not available. A caller that has other things to do meanwhile takes
 * vhost-probe-call.h.
 *
 * Returns: (transfer full): the result, to be freed by vp_result_free(); or NULL.
 * Since: 0.2.0
 */
VpResult *vp_probe(const VpRequest *request, GError **error);

#pragma GCC visibility pop

G_END_DECLS
