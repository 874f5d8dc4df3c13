// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Looking verbs up: by name, by the options that they take, and what was meant where
 * there is none.
 */
#include "probe/cli/verbs.h"

#include <limits.h>
#include <string.h>

#include "common/text.h"
#include "probe/cli/option-values.h"
#include "probe/vhost-probe-words.h"

#define VERBS_MAX 32

bool verb_unknown(const char *word, GError **error)
{
	const char *names[VERBS_MAX], *nearest;
	g_autofree char *meant = verb_option_meant(word), *shown = text_shown(word);
	size_t n = 0;

	for (const Verb *const *verb = verbs; *verb && n < VERBS_MAX; verb++)
		if (!(*verb)->is_hidden)
			names[n++] = (*verb)->name;
	nearest = meant ? meant : text_nearest(word, names, n);
	if (!*word)
		return usage_error(error, "the verb is empty; see vhost-probe --help");
	if (nearest)
		return usage_error(
			error, "unknown verb %s; did you mean %s?", shown, nearest);
	return usage_error(error, "unknown verb %s; see vhost-probe --help", shown);
}

const Verb *verb_find(const char *word)
{
	for (const Verb *const *verb = verbs; *verb; verb++)
		if (g_str_equal((*verb)->name, word))
			return *verb;
	return NULL;
}

const VerbAction *verb_find_action(const Verb *verb, const char *word)
{
	for (const VerbAction *action = verb->actions; action->name; action++)
		if (g_str_equal(action->name, word))
			return action;
	return NULL;
}

bool verb_takes(const Verb *verb, const VerbAction *action, const Option *option)
{
	unsigned takes = verb->takes | (action ? action->takes : 0);

	for (const VerbAction *any = verb->actions; any && any->name && !action; any++)
		takes |= any->takes;
	return !option->group || (takes & option->group);
}

char *verb_list_takers(const Option *option)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	GString *list = g_string_new(NULL);

	for (const Verb *const *verb = verbs; *verb; verb++) {
		if ((*verb)->takes & option->group)
			g_ptr_array_add(names, g_strdup((*verb)->name));
		for (const VerbAction *action = (*verb)->actions; action && action->name;
			action++)
			if (action->takes & option->group)
				g_ptr_array_add(names, g_strjoin(" ", (*verb)->name,
							       action->name, NULL));
	}
	for (guint i = 0; i < names->len; i++)
		g_string_append_printf(list, "%s%s",
			i == 0               ? ""
			: i + 1 < names->len ? ", "
					     : " and ",
			(const char *)names->pdata[i]);
	return g_string_free(list, FALSE);
}

char *verb_list_actions(const Verb *verb, const char *separator)
{
	GString *list = g_string_new(NULL);

	for (const VerbAction *action = verb->actions; action->name; action++)
		g_string_append_printf(
			list, "%s%s", list->len ? separator : "", action->name);
	return g_string_free(list, FALSE);
}

static bool is_known_feature(const char *word)
{
	const VpDeviceType *type;

	for (gsize i = 0; (type = vp_device_type_at(i)); i++)
		if (g_strv_contains(vp_device_type_get_features(type), word))
			return true;
	return false;
}

/* A hint is worth no longer wait. */
#define HINT_US (300 * 1000)

static bool is_dir(const char *word)
{
	g_autofree char *path = NULL;

	return make_absolute("", word, &path, NULL) && vp_path_answers(path, HINT_US) &&
	       g_file_test(path, G_FILE_TEST_IS_DIR);
}

char *verb_option_meant(const char *word)
{
	const VpDeviceType *type = vp_device_type_meant(word);
	g_autofree char *path = NULL;
	bool dir;

	if (type)
		return g_strdup_printf("--type %s", vp_device_type_get_name(type));
	if (is_known_feature(word))
		return g_strdup_printf("--need %s", word);
	if (!strchr(word, '/') || strlen(word) >= PATH_MAX)
		return NULL;
	dir = is_dir(word);
	path = text_shell_word_to_copy(word);
	if (!path)
		return g_strdup(dir ? "--dir DIR" : "--binary FILE");
	return g_strdup_printf("--%s %s", dir ? "dir" : "binary", path);
}
