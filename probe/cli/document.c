// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What all documents have in common: how they begin, text from anywhere, the directories
 * that were searched, and the layout.
 */
#include "probe/cli/document.h"

#include "common/json.h"
#include "common/text.h"
#include "probe/vhost-probe.h"

json_object *document_string(const char *text)
{
	g_autofree char *valid = text ? g_utf8_make_valid(text, -1) : NULL;

	return valid ? json_object_new_string(valid) : NULL;
}

json_object *document_search(const VpResult *result)
{
	json_object *array = json_object_new_array();

	for (gsize i = 0; i < vp_result_get_n_search_dirs(result); i++) {
		const VpSearchDir *dir = vp_result_get_search_dir(result, i);
		json_object *object = json_object_new_object();

		json_object_object_add(
			object, "dir", document_string(vp_search_dir_get_path(dir)));
		json_object_object_add(object, "found",
			json_object_new_boolean(vp_search_dir_is_found(dir)));
		json_object_object_add(
			object, "error", document_string(vp_search_dir_get_error(dir)));
		json_object_array_add(array, object);
	}
	return array;
}

/*
 * What json-c leaves as it is in strings, but a terminal would obey or show as something
 * else, such as U+009B and the bidirectional overrides: the same in JSON's own escapes.
 */
static char *escape_unprintable(const char *json)
{
	GString *text = g_string_new(NULL);

	for (const char *p = json; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (c == '\n' || text_is_printable(c))
			g_string_append_unichar(text, c);
		else if (c < 0x10000)
			g_string_append_printf(text, "\\u%04x", c);
		else
			g_string_append_printf(text, "\\u%04x\\u%04x",
				0xd800 + ((c - 0x10000) >> 10),
				0xdc00 + ((c - 0x10000) & 0x3ff));
	}
	g_string_append_c(text, '\n');
	return g_string_free(text, FALSE);
}

char *document_print(json_object *root)
{
	return escape_unprintable(json_object_to_json_string_ext(
		root, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			      JSON_C_TO_STRING_NOSLASHESCAPE));
}

json_object *document_new(void)
{
	json_object *root = json_object_new_object();

	json_object_object_add(root, "schema", json_object_new_int(1));
	json_object_object_add(root, "generator",
		json_object_new_string("vhost-probe " VHOST_PROBE_VERSION));
	return root;
}
