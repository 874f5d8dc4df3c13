// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/* Loads a module, the first argument, and calls its main() with the others. */
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	void *module = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
	int (*run)(int, char **) =
		module ? (int (*)(int, char **))dlsym(module, "main") : NULL;

	if (!run) {
		fprintf(stderr, "%s\n", dlerror());
		return 2;
	}
	return run(argc - 1, argv + 1);
}
