// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A backend that is a GApplication: no bus is there, a child is waited for, and the main
 * loop ends by a timeout.
 */
#include <gio/gio.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>

static gboolean end(gpointer application)
{
	g_application_release(application);
	return G_SOURCE_REMOVE;
}

static void start(GApplication *application)
{
	GError *error = NULL;
	GSubprocess *child = g_subprocess_new(
		G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "echo", "a child", NULL);

	if (!child || !g_subprocess_wait_check(child, NULL, &error))
		g_error("%s", error->message);
	g_unix_signal_add(SIGTERM, end, application);
	g_application_hold(application);
	g_timeout_add(10, end, application);
}

int main(void)
{
	GApplication *application = g_application_new(
		"org.example.backend", (GApplicationFlags)G_APPLICATION_NON_UNIQUE);
	int status;

	g_signal_connect(application, "activate", G_CALLBACK(start), NULL);
	status = g_application_run(application, 0, NULL);
	if (!status)
		puts("{\"type\": \"sample\", \"features\": [\"healthy\"]}");
	return status;
}
