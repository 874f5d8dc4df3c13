// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Walks over a JSON text that is known to be sound, in linear time; recursion ends where
 * the strict parser has ended it.
 */
#include "probe/check/places.h"

#include <string.h>

#include "common/json.h"

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

static const char *skip_string(const char *at)
{
	for (at++; *at != '"'; at++)
		at += *at == '\\';
	return at + 1;
}

/* To the comma or bracket after a value. Returns: whether there was a comma, with *@at
 * after it. */
static bool skip_comma(const char **at)
{
	*at = skip_blanks(*at);
	if (**at != ',')
		return false;
	*at = skip_blanks(*at + 1);
	return true;
}

static const char *walk(const char *at, Places *places, int depth);

static const char *walk_object(const char *at, Places *places, int depth)
{
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	bool more;

	at = skip_blanks(at + 1);
	more = *at == '"';
	while (more) {
		Member member = {places_string(at), at, NULL};

		at = skip_blanks(skip_string(at)); /* to the colon */
		member.value = skip_blanks(at + 1);
		at = walk(member.value, places, depth + 1);
		if (!g_hash_table_add(seen, g_strdup(member.name))) {
			Member again = {g_strdup(member.name), member.key, member.value};

			g_array_append_val(places->duplicates, again);
		}
		if (depth == 0)
			g_array_append_val(places->members, member);
		else
			g_free(member.name);
		more = skip_comma(&at);
	}
	return at + 1;
}

static const char *walk_list(const char *at, Places *places, int depth)
{
	bool more;

	at = skip_blanks(at + 1);
	more = *at != ']';
	while (more) {
		at = walk(at, places, depth + 1);
		more = skip_comma(&at);
	}
	return at + 1;
}

/* Returns: where the value ends that begins at @at. */
static const char *walk(const char *at, Places *places, int depth)
{
	switch (*at) {
	case '{':
		return walk_object(at, places, depth);
	case '[':
		return walk_list(at, places, depth);
	case '"':
		return skip_string(at);
	default:
		return at + strcspn(at, ",]} \t\r\n");
	}
}

static void clear_member(void *data)
{
	g_free(((Member *)data)->name);
}

static Places places_new(void)
{
	Places places = {
		g_array_new(FALSE, FALSE, sizeof(Member)),
		g_array_new(FALSE, FALSE, sizeof(Member)),
	};

	g_array_set_clear_func(places.members, clear_member);
	g_array_set_clear_func(places.duplicates, clear_member);
	return places;
}

void places_clear(Places *places)
{
	if (places->members)
		g_array_unref(places->members);
	if (places->duplicates)
		g_array_unref(places->duplicates);
	*places = (Places){0};
}

void places_find(const char *text, Places *ret_places)
{
	*ret_places = places_new();
	walk(skip_blanks(text), ret_places, 0);
}

GPtrArray *places_of_elements(const char *list)
{
	GPtrArray *elements = g_ptr_array_new();
	g_auto(Places) below = places_new();
	const char *at = skip_blanks(list + 1);
	bool more = *at != ']';

	while (more) {
		g_ptr_array_add(elements, (void *)at);
		at = walk(at, &below, 1);
		more = skip_comma(&at);
	}
	return elements;
}

char *places_string(const char *value)
{
	g_autofree char *literal = g_strndup(value, (gsize)(skip_string(value) - value));
	g_autoptr(json_object) string = json_tokener_parse(literal);

	return g_strdup(json_object_get_string(string));
}

const char *places_kind(const char *value)
{
	switch (*value) {
	case '{':
		return "an object";
	case '[':
		return "a list";
	case '"':
		return "a string";
	case 't':
	case 'f':
		return "a boolean";
	case 'n':
		return "null";
	default:
		return "a number";
	}
}
