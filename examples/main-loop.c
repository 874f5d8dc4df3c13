// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Asks in a main loop, which goes on meanwhile: a dot on stderr for each tenth of a
 * second, and as soon as it is known the program to use for a gpu on stdout.
 */
#include <stdio.h>
#include <stdlib.h>
#include <glib-unix.h>

#include <vhost-probe-call.h>

static GMainLoop *loop;

static gboolean on_time(gpointer unused)
{
	fputs(".", stderr);
	return G_SOURCE_CONTINUE;
}

static gboolean on_ready(int fd, GIOCondition condition, gpointer call)
{
	g_autoptr(VpResult) result = NULL;
	g_autoptr(GError) error = NULL;

	if (vp_call_dispatch(call))
		return G_SOURCE_CONTINUE;
	result = vp_call_finish(call, &error);
	if (result && vp_result_get_selected(result))
		puts(vp_candidate_get_binary(vp_result_get_selected(result)));
	else
		fprintf(stderr, "%s\n", error ? error->message : "no gpu backend works");
	g_main_loop_quit(loop);
	return G_SOURCE_REMOVE;
}

int main(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(VpRequest) request = vp_request_new();
	g_autoptr(VpCall) call = NULL;

	vp_request_set_type(request, "gpu");
	vp_request_set_from_environment(request);
	vp_request_set_total_timeout(request, 3 * G_USEC_PER_SEC);
	call = vp_call_new(request, &error);
	if (!call) {
		fprintf(stderr, "%s\n", error->message);
		return EXIT_FAILURE;
	}
	loop = g_main_loop_new(NULL, FALSE);
	g_unix_fd_add(vp_call_get_fd(call), G_IO_IN, on_ready, call);
	g_timeout_add(100, on_time, NULL);
	g_main_loop_run(loop);
	g_main_loop_unref(loop);
}
