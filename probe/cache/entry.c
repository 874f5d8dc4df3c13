// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * An entry as text. One table of fields writes and reads it, and there is one way to
 * write each entry: a text that differs from that in any way is no entry. Values end with
 * their line; a backslash in one is doubled, the end of a line is "\n", any other control
 * character "\xHH".
 *
 * It is read on every call, so reading has to be cheap: values stay where they are in the
 * text.
 *
 * What the program printed is kept as it came, and judged anew each time: there is one
 * judge for what ran and for what was kept.
 */
#include "probe/cache/entry.h"

#include <string.h>
#include <time.h>

#include "common/shorten.h"
#include "common/text.h"
#include "probe/candidate.h"

/* Counts up whenever the fields change, how they are written, or which results are kept.
 */
#define CACHE_FORMAT "5"

typedef enum {
	TEXT,
	OPTIONAL, /* text; NULL: the line is not there */
	NUMBER,   /* gint64, from 0 to less than its greatest */
	LAYERS,   /* uint32_t, bits; their names */
} FieldKind;

typedef struct {
	const char *name;
	FieldKind kind;
	size_t offset;
} Field;

#define FIELD(name, kind, member)                        \
	{                                                \
		name, kind, offsetof(CacheEntry, member) \
	}

static const Field fields[] = {
	/* Entries of other versions are recognised by the first one. */
	FIELD("generator", TEXT, generator),
	FIELD("boot_id", TEXT, boot_id),
	FIELD("real_path", TEXT, real_path),
	FIELD("argv0", TEXT, argv0),
	FIELD("profile", TEXT, profile),
	FIELD("layers", LAYERS, held),
	FIELD("program", TEXT, program),
	FIELD("directory", TEXT, directory),
	FIELD("interpreter", OPTIONAL, interpreter),
	FIELD("interpreter_file", OPTIONAL, interpreter_file),
	FIELD("ld_so_cache", TEXT, ld_so_cache),
	FIELD("devices", TEXT, devices),
	FIELD("made_us", NUMBER, made_us),
	FIELD("lifetime_us", NUMBER, lifetime_us),
	FIELD("timeout_us", NUMBER, timeout_us),
	FIELD("outcome", TEXT, outcome),
	FIELD("exit_status", NUMBER, exit_status),
	FIELD("signal", NUMBER, signal),
	FIELD("errno", NUMBER, errnum),
	FIELD("duration_us", NUMBER, duration_us),
	FIELD("doubtful", NUMBER, doubtful),
	FIELD("stdout", TEXT, out),
	FIELD("stderr", TEXT, err),
};

#define GENERATOR_LINE "generator "

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
	g_free(entry->text);
	*entry = (CacheEntry){0};
}

/* ---- reading ---- */

/* Each scans one value: moves *@at, which is after the blank, to the end of its line.
 * Returns: FALSE if it is none. */

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

/* Returns: the value of a digit as it is written, or -1. */
static int digit_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* @at: after the backslash. Returns: after the escape, or NULL. */
static const char *scan_escape(const char *at, char *ret_c)
{
	int high, low;

	if (*at == 'n' || *at == '\\') {
		*ret_c = *at == 'n' ? '\n' : '\\';
		return at + 1;
	}
	high = *at == 'x' ? digit_value(at[1]) : -1;
	low = high < 0 ? -1 : digit_value(at[2]);
	if (low < 0)
		return NULL;
	*ret_c = (char)(high << 4 | low);
	return *ret_c && *ret_c != '\n' && is_control(*ret_c) ? at + 3 : NULL;
}

/* After a text there are so many bytes of 0. */
#define PADDING sizeof(uint64_t)

/* Whether one of the bytes of @word is below 0x20, 0x7f, a backslash or no ASCII. */
static bool has_special(uint64_t word)
{
	const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
	uint64_t found = word | (word - 0x20 * ones);

	found |= (word ^ 0x7f * ones) - ones;
	found |= (word ^ '\\' * ones) - ones;
	return found & highs;
}

/* Eight bytes at a time, and so past none that is special: a line ends with one. */
static char *skip_plain(char *at)
{
	uint64_t word;

	for (;; at += sizeof word) {
		memcpy(&word, at, sizeof word);
		if (has_special(word))
			return at;
	}
}

/* In place: an escape is longer than what it stands for. */
static bool scan_text(char **at, const char **ret_text)
{
	char *to = skip_plain(*at);
	const char *from = to;

	*ret_text = *at;
	while (*from != '\n') {
		char c = *from++;

		if (is_control(c))
			return false;
		if (c == '\\') {
			from = scan_escape(from, &c);
			if (!from)
				return false;
		}
		*to++ = c;
	}
	*at += from - *ret_text;
	*to = '\0';
	return true;
}

static bool scan_number(char **at, gint64 *ret_number)
{
	const char *start = *at;
	guint64 number = 0;

	while (g_ascii_isdigit(**at) && number <= G_MAXINT64 / 10)
		number = number * 10 + (guint64)(*(*at)++ - '0');
	*ret_number = (gint64)number;
	return *at > start && (*start != '0' || *at == start + 1) &&
	       number < G_MAXINT64 && **at == '\n';
}

/* In their order. */
static bool scan_layers(char **at, uint32_t *ret_held)
{
	uint32_t held = 0;

	for (SandboxLayer layer = 0; layer < SANDBOX_N_LAYERS; layer++) {
		const char *name = sandbox_layer_name(layer);
		size_t blank = held ? 1 : 0, length = strlen(name);
		const char *found = *at + blank;

		if ((blank && **at != ' ') || strncmp(found, name, length) != 0 ||
			(found[length] != ' ' && found[length] != '\n'))
			continue;
		held |= SANDBOX_LAYER_BIT(layer);
		*at += blank + length;
	}
	*ret_held = held;
	return **at == '\n';
}

/* Returns: whether the line at *@at is that of @field, and moves *@at past it. */
static bool scan_field(const Field *field, char **at, CacheEntry *entry)
{
	size_t length = strlen(field->name);
	void *member = G_STRUCT_MEMBER_P(entry, field->offset);
	bool ok = false;

	if (strncmp(*at, field->name, length) != 0 || (*at)[length] != ' ')
		return field->kind == OPTIONAL;
	*at += length + 1;
	switch (field->kind) {
	case TEXT:
	case OPTIONAL:
		ok = scan_text(at, member);
		break;
	case NUMBER:
		ok = scan_number(at, member);
		break;
	case LAYERS:
		ok = scan_layers(at, member);
		break;
	}
	++*at;
	return ok;
}

/* Returns: what @text is, judging by its first line. */
static VpStale look_at_generator(const char *text)
{
	const char *ours = cache_entry_generator();
	size_t length = strlen(ours);

	if (!g_str_has_prefix(text, GENERATOR_LINE))
		return VP_STALE_ENTRY;
	text += strlen(GENERATOR_LINE);
	if (strncmp(text, ours, length) != 0 || text[length] != '\n')
		return VP_STALE_GENERATOR;
	return VP_STALE_NONE;
}

VpStale cache_entry_parse(const char *text, size_t length, CacheEntry *ret_entry)
{
	g_auto(CacheEntry) entry = {.text = g_malloc0(length + PADDING)};
	char *at = entry.text;
	VpStale stale;

	*ret_entry = (CacheEntry){0};
	memcpy(entry.text, text, length);
	stale = look_at_generator(entry.text);
	if (stale != VP_STALE_NONE)
		return stale;
	if (!text_is_utf8(text, length))
		return VP_STALE_ENTRY;
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (!scan_field(&fields[i], &at, &entry))
			return VP_STALE_ENTRY;
	if (at != entry.text + length)
		return VP_STALE_ENTRY;
	*ret_entry = entry;
	entry.text = NULL;
	return VP_STALE_NONE;
}

/* ---- writing ---- */

static void append_text(GString *text, const char *value)
{
	for (; *value; value++) {
		if (*value == '\\')
			g_string_append(text, "\\\\");
		else if (*value == '\n')
			g_string_append(text, "\\n");
		else if (is_control(*value))
			g_string_append_printf(text, "\\x%02x", (unsigned char)*value);
		else
			g_string_append_c(text, *value);
	}
}

static void append_layers(GString *text, uint32_t held)
{
	const char *blank = "";

	for (SandboxLayer layer = 0; layer < SANDBOX_N_LAYERS; layer++) {
		if (!(held & SANDBOX_LAYER_BIT(layer)))
			continue;
		g_string_append_printf(text, "%s%s", blank, sandbox_layer_name(layer));
		blank = " ";
	}
}

/* Returns: FALSE if it cannot be kept. */
static bool append_field(GString *text, const Field *field, const CacheEntry *entry)
{
	const void *member = G_STRUCT_MEMBER_P(entry, field->offset);
	const bool is_text = field->kind == TEXT || field->kind == OPTIONAL;
	const char *value = is_text ? *(const char *const *)member : "";

	if (!value)
		return field->kind == OPTIONAL;
	if (!g_utf8_validate(value, -1, NULL))
		return false;
	g_string_append_printf(text, "%s ", field->name);
	switch (field->kind) {
	case TEXT:
	case OPTIONAL:
		append_text(text, value);
		break;
	case NUMBER:
		g_string_append_printf(
			text, "%" G_GINT64_FORMAT, *(const gint64 *)member);
		break;
	case LAYERS:
		append_layers(text, *(const uint32_t *)member);
		break;
	}
	g_string_append_c(text, '\n');
	return true;
}

static char *format(const CacheEntry *entry)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (!append_field(text, &fields[i], entry))
			return NULL;
	return text->len <= CACHE_ENTRY_MAX ? g_string_free(g_steal_pointer(&text), FALSE)
					    : NULL;
}

/* ---- results ---- */

/* Returns: (transfer full) (nullable): what a program printed that answered; NULL if it
 * cannot be kept. Of a failed one, what its reason may quote. */
static char *dup_answer(const SandboxResult *result)
{
	if (result->outcome != SANDBOX_EXITED || result->exit_status != 0)
		return shorten_text(
			result->out, result->out_length, CANDIDATE_STDOUT_MAX);
	if (memchr(result->out, '\0', result->out_length))
		return NULL;
	return g_strndup(result->out, result->out_length);
}

char *cache_entry_format(const CacheEntry *entry, const SandboxResult *result)
{
	g_autofree char *out = dup_answer(result);
	g_autofree char *err = g_utf8_make_valid(result->err, (gssize)result->err_length);
	CacheEntry whole = *entry;

	whole.held = result->held;
	whole.outcome = outcomes[result->outcome];
	whole.exit_status = result->exit_status;
	whole.signal = result->signal;
	whole.errnum = result->errnum;
	whole.duration_us = (gint64)result->duration_us;
	/* Others may have taken what it lacks. */
	whole.doubtful = result->doubtful;
	whole.out = out;
	whole.err = err;
	return format(&whole);
}

bool cache_entry_get_result(const CacheEntry *entry, SandboxResult *ret_result)
{
	SandboxOutcome outcome = 0;

	while (outcome < G_N_ELEMENTS(outcomes) &&
		!g_str_equal(entry->outcome, outcomes[outcome]))
		outcome++;
	if (outcome == G_N_ELEMENTS(outcomes) || entry->doubtful > 1 ||
		entry->exit_status > 255 || entry->signal > 64 || entry->errnum > 4095)
		return false;
	*ret_result = (SandboxResult){
		.outcome = outcome,
		.exit_status = (int)entry->exit_status,
		.signal = (int)entry->signal,
		.errnum = (int)entry->errnum,
		.duration_us = (uint64_t)entry->duration_us,
		.doubtful = entry->doubtful,
		.held = entry->held,
		.out = entry->out,
		.out_length = strlen(entry->out),
		.err = entry->err,
		.err_length = strlen(entry->err),
	};
	return true;
}
