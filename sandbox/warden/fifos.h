// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The FIFOs in a tree that is to be shown, so that something can be laid over them.
 */
#pragma once

/* Where FIFOs are: absolute paths, each with its NUL. */
typedef struct {
	unsigned length; /* of all of them */
	unsigned looked; /* how many entries were looked at, over all trees */
	char paths[1024 * 1024];
} Fifos;

/*
 * fifos_find:
 * @fifos: those that are found are added to it
 * @tree: a descriptor of a directory
 * @path: where it is shown
 *
 * Looks at the tree's own mount, as far as the bounds go. Directories that cannot be
 * looked at are left out. Returns: 0, or the errno value of a shortage of ours.
 */
int fifos_find(Fifos *fifos, int tree, const char *path);
