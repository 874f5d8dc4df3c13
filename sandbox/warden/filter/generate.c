// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Prints the compiled filter for the architecture that its argument names (libseccomp's
 * name) as C. Where libseccomp or the rules do not know it, a filter of no instructions:
 * the layer is missing then.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>

#include "sandbox/warden/filter/rules.h"

int main(int argc, char **argv)
{
	uint32_t arch = argc > 1 ? seccomp_arch_resolve_name(argv[1]) : 0;
	struct sock_filter filter[FILTER_MAX];
	unsigned length = 0;
	int r = arch ? filter_compile(arch, filter, FILTER_MAX, &length) : EINVAL;

	if (r)
		fprintf(stderr, "no system call filter: %s\n", strerror(r));
	printf("/* Made by sandbox/warden/filter/generate.c from the rules beside it. "
	       "*/\n"
	       "#include <linux/filter.h>\n\n"
	       "#define FILTER_LENGTH %u\n"
	       "#define FILTER_ARCH 0x%x\n"
	       "static const struct sock_filter compiled_filter[] = {\n",
		length, arch);
	for (unsigned i = 0; i < length; i++)
		printf("\t{0x%x, %u, %u, 0x%x},\n", filter[i].code, filter[i].jt,
			filter[i].jf, filter[i].k);
	printf("\t{0},\n};\n");
	return ferror(stdout) || fflush(stdout);
}
