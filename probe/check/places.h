// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Where the members of a JSON object are: json-c's tree does not say, and has lost the
 * first of two equal members.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

/* One member of the outermost object. */
typedef struct {
	char *name;
	const char *key, *value; /* where they begin in the text */
} Member;

typedef struct {
	GArray *members;    /* of Member, as written */
	GArray *duplicates; /* of Member: of objects at any depth, all but the first */
} Places;

void places_clear(Places *places);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Places, places_clear)

/*
 * places_find:
 * @text: up to the NUL: what json_parse_strict() takes, or refuses for two equal members
 * @ret_places: to be cleared by places_clear(); points into @text
 */
void places_find(const char *text, Places *ret_places);

/* Returns: (transfer container): of const char *: where the elements of the list begin
 * that begins at @list. */
GPtrArray *places_of_elements(const char *list);

/* Returns: (transfer full): the string that begins at @value. */
char *places_string(const char *value);

/* Returns: what kind of value begins at @value, for people. */
const char *places_kind(const char *value);
