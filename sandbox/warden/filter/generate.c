// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Prints the compiled filters for the architecture that its argument names (libseccomp's
 * name) as C, one per kind of root. Where libseccomp or the rules do not know the
 * architecture, the filters have no instructions: the layer is missing then.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sandbox/warden/filter/rules.h"

static void print_filter(
	const char *name, const struct sock_filter *filter, unsigned length)
{
	printf("static const struct sock_filter %s[] = {\n", name);
	for (unsigned i = 0; i < length; i++)
		printf("\t{0x%x, %u, %u, 0x%x},\n", filter[i].code, filter[i].jt,
			filter[i].jf, filter[i].k);
	/* C has no arrays of no length. */
	printf("%s};\n", length ? "" : "\t{0},\n");
}

int main(int argc, char **argv)
{
	static const char *const names[] = {
		[FILTER_HOST_ROOT] = "filter_of_host_root",
		[FILTER_OWN_ROOT] = "filter_of_own_root",
	};
	uint32_t arch = argc > 1 ? seccomp_arch_resolve_name(argv[1]) : 0;
	bool is_known = true;

	printf("/* Made by sandbox/warden/filter/generate.c from the rules beside it. "
	       "*/\n"
	       "#include <linux/filter.h>\n\n");
	for (FilterKind kind = FILTER_HOST_ROOT; kind <= FILTER_OWN_ROOT; kind++) {
		struct sock_filter filter[FILTER_MAX];
		unsigned length = 0;
		int r = arch ? filter_compile(arch, kind, filter, FILTER_MAX, &length)
			     : EINVAL;

		if (r)
			fprintf(stderr, "no system call filter: %s\n", strerror(r));
		is_known &= !r;
		print_filter(names[kind], filter, length);
	}
	printf("#define FILTER_IS_KNOWN %d\n"
	       "#define FILTER_ARCH 0x%x\n",
		is_known, arch);
	return ferror(stdout) || fflush(stdout);
}
