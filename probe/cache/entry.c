// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * An entry as text. One table of fields writes and reads it; whatever differs from what
 * is written makes it no entry.
 *
 * What the program printed is kept as it came, and judged anew each time: there is one
 * judge for what ran and for what was kept.
 */
#include "probe/cache/entry.h"

#include <string.h>
#include <time.h>

#include "common/json.h"

/* Counts up whenever the fields change. */
#define CACHE_FORMAT "3"

#define TEXT(name, member)                                                  \
	{                                                                   \
		name, JSON_FIELD_STRING, true, offsetof(CacheEntry, member) \
	}
#define MAY(name, member)                                                    \
	{                                                                    \
		name, JSON_FIELD_STRING, false, offsetof(CacheEntry, member) \
	}
#define NUMBER(name, member)                                                 \
	{                                                                    \
		name, JSON_FIELD_INTEGER, true, offsetof(CacheEntry, member) \
	}

static const JsonField fields[] = {
	TEXT("generator", generator),
	TEXT("boot_id", boot_id),
	TEXT("real_path", real_path),
	TEXT("argv0", argv0),
	TEXT("profile", profile),
	{"layers", JSON_FIELD_STRING_LIST, true, offsetof(CacheEntry, layers)},
	TEXT("program", program),
	MAY("interpreter", interpreter),
	MAY("interpreter_file", interpreter_file),
	TEXT("ld_so_cache", ld_so_cache),
	TEXT("devices", devices),
	NUMBER("made_us", made_us),
	NUMBER("lifetime_us", lifetime_us),
	NUMBER("timeout_us", timeout_us),
	TEXT("outcome", outcome),
	NUMBER("exit_status", exit_status),
	NUMBER("signal", signal),
	NUMBER("errno", errnum),
	NUMBER("duration_us", duration_us),
	NUMBER("doubtful", doubtful),
	TEXT("stdout", out),
	TEXT("stderr", err),
};

/* The first one; by it entries of other versions are known. */
#define GENERATOR_FIELD (&fields[0])

static const char *const outcomes[] = {
	[SANDBOX_EXITED] = "exited",
	[SANDBOX_SIGNALED] = "signaled",
	[SANDBOX_TIMED_OUT] = "timed-out",
	[SANDBOX_OUTPUT] = "output-limit",
	[SANDBOX_EXEC_FAILED] = "exec-failed",
};

const char *cache_entry_generator(void)
{
	return "vhost-probe " VHOST_PROBE_VERSION ", format " CACHE_FORMAT;
}

gint64 cache_entry_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

void cache_entry_clear(CacheEntry *entry)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (fields[i].kind == JSON_FIELD_STRING)
			g_free(G_STRUCT_MEMBER(char *, entry, fields[i].offset));
	g_strfreev(entry->layers);
	*entry = (CacheEntry){0};
}

VpStale cache_entry_parse(const char *text, size_t length, CacheEntry *ret_entry)
{
	g_autoptr(json_object) root = json_parse_strict(text, length, NULL);
	g_autofree char *generator = NULL;

	*ret_entry = (CacheEntry){0};
	if (!root || !json_read_fields(root, GENERATOR_FIELD, 1, ret_entry, NULL))
		return VP_STALE_ENTRY;
	generator = g_steal_pointer(&ret_entry->generator);
	if (!g_str_equal(generator, cache_entry_generator()))
		return VP_STALE_GENERATOR;
	if (!json_read_fields(root, fields, G_N_ELEMENTS(fields), ret_entry, NULL))
		return VP_STALE_ENTRY;
	return VP_STALE_NONE;
}

static json_object *new_value(const CacheEntry *entry, const JsonField *field)
{
	json_object *list;

	switch (field->kind) {
	case JSON_FIELD_INTEGER:
		return json_object_new_int64(
			G_STRUCT_MEMBER(gint64, entry, field->offset));
	case JSON_FIELD_STRING:
		return json_object_new_string(
			G_STRUCT_MEMBER(char *, entry, field->offset));
	case JSON_FIELD_STRING_LIST:
		list = json_object_new_array();
		for (char **s = G_STRUCT_MEMBER(char **, entry, field->offset); *s; s++)
			json_object_array_add(list, json_object_new_string(*s));
		return list;
	}
	return NULL;
}

char *cache_entry_format(const CacheEntry *entry)
{
	g_autoptr(json_object) root = json_object_new_object();
	const char *text;
	size_t length;

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		const JsonField *field = &fields[i];
		const char *string =
			field->kind == JSON_FIELD_STRING
				? G_STRUCT_MEMBER(char *, entry, field->offset)
				: "";

		if (string && !g_utf8_validate(string, -1, NULL))
			return NULL;
		if (!string && field->mandatory)
			return NULL;
		if (string)
			json_object_object_add(
				root, field->name, new_value(entry, field));
	}
	text = json_object_to_json_string_length(
		root, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE, &length);
	return length < CACHE_ENTRY_MAX ? g_strconcat(text, "\n", NULL) : NULL;
}

/* Returns: (transfer full): the names of what held. */
static char **list_layers(uint32_t held)
{
	GPtrArray *names = g_ptr_array_new();

	for (SandboxLayer layer = 0; layer < SANDBOX_N_LAYERS; layer++)
		if (held & SANDBOX_LAYER_BIT(layer))
			g_ptr_array_add(names, g_strdup(sandbox_layer_name(layer)));
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}

void cache_entry_set_result(CacheEntry *entry, const SandboxResult *result)
{
	/* What a failed program has printed is not looked at. */
	bool answered = result->outcome == SANDBOX_EXITED && result->exit_status == 0;

	entry->layers = list_layers(result->held);
	entry->outcome = g_strdup(outcomes[result->outcome]);
	entry->exit_status = result->exit_status;
	entry->signal = result->signal;
	entry->errnum = result->errnum;
	entry->duration_us = (gint64)result->duration_us;
	/* What it lacks others may have taken, or its caller's limits. */
	entry->doubtful = result->doubtful || result->inherited;
	if (!answered)
		entry->out = g_strdup("");
	else if (!memchr(result->out, '\0', result->out_length))
		entry->out = g_strndup(result->out, result->out_length);
	entry->err = g_utf8_make_valid(result->err, (gssize)result->err_length);
}

void cache_entry_clear_result(CacheEntry *entry)
{
	g_clear_pointer(&entry->layers, g_strfreev);
	g_clear_pointer(&entry->outcome, g_free);
	g_clear_pointer(&entry->out, g_free);
	g_clear_pointer(&entry->err, g_free);
}

bool cache_entry_get_result(
	const CacheEntry *entry, SandboxResult *ret_result, uint32_t *ret_held)
{
	SandboxOutcome outcome = 0;
	uint32_t held = 0;
	SandboxLayer layer;

	while (outcome < G_N_ELEMENTS(outcomes) &&
		!g_str_equal(entry->outcome, outcomes[outcome]))
		outcome++;
	if (outcome == G_N_ELEMENTS(outcomes) || entry->exit_status > 255 ||
		entry->signal > 64 || entry->errnum > 4095)
		return false;
	for (char **name = entry->layers; *name; name++) {
		if (!sandbox_layer_parse(*name, &layer))
			return false;
		held |= SANDBOX_LAYER_BIT(layer);
	}
	*ret_held = held;
	*ret_result = (SandboxResult){
		.outcome = outcome,
		.exit_status = (int)entry->exit_status,
		.signal = (int)entry->signal,
		.errnum = (int)entry->errnum,
		.duration_us = (uint64_t)entry->duration_us,
		.doubtful = entry->doubtful,
		.out = entry->out,
		.out_length = strlen(entry->out),
		.err = entry->err,
		.err_length = strlen(entry->err),
	};
	return true;
}
