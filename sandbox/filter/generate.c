// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Prints the compiled filter for the machine that this is built on as C. Where libseccomp
 * or the rules do not know it, a filter of no instructions: the layer is missing then.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/filter/rules.h"

int main(void)
{
	struct sock_filter filter[FILTER_MAX];
	unsigned length = 0;
	int r = filter_compile(0, filter, FILTER_MAX, &length);

	if (r)
		fprintf(stderr, "no system call filter: %s\n", strerror(r));
	printf("/* Made by sandbox/filter/generate.c from the rules beside it. */\n"
	       "#include <linux/filter.h>\n\n"
	       "enum { FILTER_LENGTH = %u };\n"
	       "static const struct sock_filter compiled_filter[] = {\n",
		length);
	for (unsigned i = 0; i < length; i++)
		printf("\t{0x%x, %u, %u, 0x%x},\n", filter[i].code, filter[i].jt,
			filter[i].jf, filter[i].k);
	printf("\t{0},\n};\n");
	return ferror(stdout) || fflush(stdout);
}
