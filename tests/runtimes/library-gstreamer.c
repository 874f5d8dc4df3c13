// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A backend with GStreamer: its registry of plugins is made anew by a helper of its own,
 * since there is no cache of it.
 */
#include <gst/gst.h>
#include <stdio.h>

int main(void)
{
	GError *error = NULL;

	if (!gst_init_check(NULL, NULL, &error)) {
		fprintf(stderr, "%s\n", error->message);
		return 1;
	}
	if (!gst_element_factory_make("fakesink", NULL)) {
		fprintf(stderr, "no core elements\n");
		return 1;
	}
	puts("{\"type\": \"sample\", \"features\": [\"healthy\"]}");
	return 0;
}
