// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Looks for a program that is not where it should be: under the beginning of the path,
 * where somebody has put arguments after it, and in the places where distributions put
 * backends, which differ and change between releases. Only files of the system are looked
 * at, none that has to be waited for, and nothing is taken for what was asked for.
 */
#include "probe/missing-program.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "common/text.h"

/* At most so many are named. */
#define FOUND_MAX 3

static bool find_program(SandboxReach *reach, const char *path, struct stat *ret_st)
{
	return sandbox_reach(reach, path) == SANDBOX_REACHED && stat(path, ret_st) == 0 &&
	       S_ISREG(ret_st->st_mode) && (ret_st->st_mode & 0111);
}

/* Returns: (transfer full): @arguments, which blanks separate, quoted as words of a shell
 * script; or a phrase for them, if one cannot be quoted. */
static char *quote_arguments(const char *arguments)
{
	g_auto(GStrv) words = g_strsplit_set(arguments, " \t", -1);
	GString *text = g_string_new(NULL);

	for (char **word = words; *word; word++) {
		g_autofree char *quoted = text_shell_word_to_copy(*word);

		if (!quoted) {
			g_string_assign(text, " with these");
			break;
		}
		if (**word)
			g_string_append_printf(text, " %s", quoted);
	}
	return g_string_free(text, FALSE);
}

/* Returns: (transfer full) (nullable). */
static char *explain_blank(SandboxReach *reach, const char *binary)
{
	for (const char *at = strpbrk(binary, " \t"); at && at - binary < PATH_MAX;
		at = strpbrk(at + 1, " \t")) {
		g_autofree char *program = g_strndup(binary, (gsize)(at - binary));
		g_autofree char *arguments = NULL;
		struct stat st;

		if (!find_program(reach, program, &st))
			continue;
		if (at[strspn(at, " \t")] == '\0')
			return g_strdup_printf(
				": remove the blank%s at its end", at[1] ? "s" : "");
		arguments = quote_arguments(at);
		return g_strdup_printf("; binary takes no arguments: make a script that "
				       "executes %s%s, and name the script in binary",
			program, arguments);
	}
	return NULL;
}

/* Where /bin and /sbin are one, so are the programs there. */
static bool is_among(const GPtrArray *found, const struct stat *st)
{
	for (guint i = 0; i < found->len; i++) {
		struct stat other;

		if (stat(found->pdata[i], &other) == 0 && other.st_dev == st->st_dev &&
			other.st_ino == st->st_ino)
			return true;
	}
	return false;
}

/* Adds @directory/@name if it is a program. */
static void look_in(
	SandboxReach *reach, const char *directory, const char *name, GPtrArray *found)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	struct stat st;

	if (found->len < FOUND_MAX && find_program(reach, path, &st) &&
		!is_among(found, &st))
		g_ptr_array_add(found, g_steal_pointer(&path));
}

/* Debian's directories of one architecture. */
static void look_in_multiarch(SandboxReach *reach, const char *name, GPtrArray *found)
{
	static const char *const below[] = {"", "qemu"};
	GDir *libraries = sandbox_reach(reach, "/usr/lib") == SANDBOX_REACHED
				  ? g_dir_open("/usr/lib", 0, NULL)
				  : NULL;
	const char *entry;

	while (libraries && (entry = g_dir_read_name(libraries)))
		for (size_t i = 0; strstr(entry, "-linux-") && i < G_N_ELEMENTS(below);
			i++) {
			g_autofree char *directory =
				g_build_filename("/usr/lib", entry, below[i], NULL);

			look_in(reach, directory, name, found);
		}
	if (libraries)
		g_dir_close(libraries);
}

/* Returns: (transfer full) (nullable). */
static char *find_elsewhere(SandboxReach *reach, const char *name)
{
	static const char *const places[] = {"/usr/libexec", "/usr/libexec/qemu",
		"/usr/lib/qemu", "/usr/lib", "/usr/local/libexec", "/usr/local/lib/qemu",
		"/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"};
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *names = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++)
		look_in(reach, places[i], name, found);
	look_in_multiarch(reach, name, found);
	if (!found->len)
		return NULL;
	g_ptr_array_add(found, NULL);
	names = g_strjoinv(", ", (char **)found->pdata);
	return g_strdup_printf("; there is a program of this name: %s", names);
}

char *missing_program_hint(const char *binary, SandboxReach *reach)
{
	g_autofree char *command = NULL;
	char *hint = explain_blank(reach, binary);
	const char *name;

	if (hint)
		return hint;
	/* Without what may be arguments. */
	command = g_strndup(binary, strcspn(binary, " \t"));
	name = strrchr(command, '/');
	hint = name && name[1] ? find_elsewhere(reach, name + 1) : NULL;
	return hint ? hint : g_strdup("");
}
