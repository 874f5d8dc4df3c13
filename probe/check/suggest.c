// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A manifest for a program that says what it is: one in which a check finds nothing.
 */
#include "probe/check/check.h"

#include "common/json.h"
#include "common/text.h"
#include "probe/device-types.h"

/* "50-" is what distributions take for what has no reason to be elsewhere. */
static char *name_for(const char *binary)
{
	g_autofree char *program = g_path_get_basename(binary);

	g_strcanon(program, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._+-", '-');
	return g_strdup_printf("50-%s.json", program);
}

static char *describe(const char *binary, const VpDeviceType *type)
{
	g_autofree char *program = g_path_get_basename(binary);

	return g_strdup_printf("%s, a vhost-user backend (%s)", program, type->about);
}

char *vp_check_suggest_manifest(const VpCheck *check, char **ret_name)
{
	const VpCandidate *candidate = check->result->request->binary
					       ? check->result->candidates->pdata[0]
					       : NULL;
	const VpDeviceType *type =
		candidate && candidate->capabilities
			? vp_device_type_find(candidate->capabilities->type)
			: NULL;
	g_autoptr(json_object) root = NULL;
	g_autofree char *description = NULL;

	if (!type || check->counts[VP_SEVERITY_ERROR] || !text_is_line(candidate->binary))
		return NULL;
	root = json_object_new_object();
	description = describe(candidate->binary, type);
	json_object_object_add(root, "description", json_object_new_string(description));
	json_object_object_add(root, "type", json_object_new_string(type->name));
	json_object_object_add(root, "binary", json_object_new_string(candidate->binary));
	if (ret_name)
		*ret_name = name_for(candidate->binary);
	return g_strconcat(json_object_to_json_string_ext(root,
				   JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
					   JSON_C_TO_STRING_NOSLASHESCAPE),
		"\n", NULL);
}
