// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Asks in a main loop, which goes on meanwhile: a dot on stderr for each tenth of a
 * second, and as soon as it is known the program to use for a gpu on stdout.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <glib-unix.h>

#include "probe/vhost-probe-call.h"

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
	if (result && result->selected)
		puts(result->selected->binary);
	else
		fprintf(stderr, "%s\n", error ? error->message : "no gpu backend works");
	g_main_loop_quit(loop);
	return G_SOURCE_REMOVE;
}

int main(int argc, char *argv[])
{
	g_auto(GStrv) search = vp_default_search(
		&(VpSearchEnvironment){.xdg_data_dirs = getenv("XDG_DATA_DIRS")});
	VpRequest request = VP_REQUEST_INIT;
	g_autoptr(VpCall) call = NULL;

	request.type = "gpu";
	request.search = (const char *const *)search;
	request.uid = geteuid();
	request.gid = getegid();
	request.total_timeout_us = 3 * G_USEC_PER_SEC;
	request.warden = argc > 1 ? argv[1] : NULL; /* if it is not installed */
	call = vp_call_new(&request, NULL);
	if (!call)
		return EXIT_FAILURE;
	loop = g_main_loop_new(NULL, FALSE);
	g_unix_fd_add(vp_call_get_fd(call), G_IO_IN, on_ready, call);
	g_timeout_add(100, on_time, NULL);
	g_main_loop_run(loop);
	g_main_loop_unref(loop);
}
