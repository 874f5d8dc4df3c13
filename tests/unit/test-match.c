// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a program printed, features against wishes, and the choice among several.
 */
#include "probe/candidate.h"

#include <string.h>

/* ---- capabilities ---- */

static const struct {
	const char *name, *type, *text;
	VpVerdict verdict;
	const char *features; /* joined by spaces, where there are capabilities */
} printed[] = {
	{"C1/input", "input",
		"{\"type\":\"input\",\"features\":[\"evdev-path\",\"no-grab\"]}",
		VP_VERDICT_PENDING, "evdev-path no-grab"},
	{"C1/no-features-is-empty", "fs", "{\"type\":\"fs\"}\n", VP_VERDICT_PENDING, ""},
	{"C1/vendor-type", "can", "{\"type\":\"can\",\"features\":[\"interface\"]}",
		VP_VERDICT_PENDING, "interface"},
	{"C1/extra-members", "gpu", "{\"version\":1,\"type\":\"gpu\",\"features\":[]}",
		VP_VERDICT_PENDING, ""},
	{"C1/set", "gpu", "{\"type\":\"gpu\",\"features\":[\"b\",\"a\",\"b\"]}",
		VP_VERDICT_PENDING, "b a"},
	{"no-announced-type", NULL, "{\"type\":\"gpu\"}", VP_VERDICT_PENDING, ""},
	{"empty", "gpu", "", VP_VERDICT_NO_OUTPUT, NULL},
	{"blank", "gpu", " \n\t\r\n", VP_VERDICT_NO_OUTPUT, NULL},
	{"truncated", "gpu", "{\"type\":\"gpu\"", VP_VERDICT_BAD_JSON, NULL},
	{"two-documents", "gpu", "{\"type\":\"gpu\"}{}", VP_VERDICT_BAD_JSON, NULL},
	{"array", "gpu", "[]", VP_VERDICT_BAD_JSON, NULL},
	{"duplicate-key", "gpu", "{\"type\":\"fs\",\"type\":\"gpu\"}",
		VP_VERDICT_BAD_JSON, NULL},
	{"missing-type", "gpu", "{\"features\":[]}", VP_VERDICT_BAD_CAPABILITIES, NULL},
	{"type-is-number", "gpu", "{\"type\":1}", VP_VERDICT_BAD_CAPABILITIES, NULL},
	{"features-is-string", "gpu", "{\"type\":\"gpu\",\"features\":\"virgl\"}",
		VP_VERDICT_BAD_CAPABILITIES, NULL},
	{"features-is-null", "gpu", "{\"type\":\"gpu\",\"features\":null}",
		VP_VERDICT_BAD_CAPABILITIES, NULL},
	{"feature-is-number", "gpu", "{\"type\":\"gpu\",\"features\":[1]}",
		VP_VERDICT_BAD_CAPABILITIES, NULL},
	{"bad-features-before-type", "gpu", "{\"type\":\"fs\",\"features\":1}",
		VP_VERDICT_BAD_CAPABILITIES, NULL},
	{"other-type", "gpu", "{\"type\":\"fs\"}", VP_VERDICT_TYPE_MISMATCH, ""},
};

static void test_printed(const void *data)
{
	size_t i = GPOINTER_TO_SIZE(data);
	g_autoptr(VpCandidate) candidate = candidate_new();

	candidate->type = g_strdup(printed[i].type);
	capabilities_read(candidate, printed[i].text, strlen(printed[i].text));
	g_assert_cmpstr(vp_verdict_name(candidate->verdict), ==,
		vp_verdict_name(printed[i].verdict));
	if (printed[i].features) {
		g_autofree char *features =
			g_strjoinv(" ", candidate->capabilities->features);

		g_assert_cmpstr(features, ==, printed[i].features);
		g_assert_nonnull(candidate->type);
	} else {
		g_assert_null(candidate->capabilities);
	}
}

/* ---- match ---- */

static VpCandidate *works(const char *name, const char *features)
{
	g_autofree char *text =
		g_strdup_printf("{\"type\":\"gpu\",\"features\":[%s]}", features);
	VpCandidate *candidate = candidate_new();

	candidate->name = g_strdup(name);
	candidate->type = g_strdup("gpu");
	candidate->probe.source = VP_PROBE_RUN;
	capabilities_read(candidate, text, strlen(text));
	g_assert_true(candidate_is_pending(candidate));
	return candidate;
}

static const struct {
	const char *name, *features, *need[3], *exclude[3];
	VpVerdict verdict;
	const char *reason;
} wishes[] = {
	{"none", "", {NULL}, {NULL}, VP_VERDICT_MATCH, "works"},
	{"has", "\"a\",\"b\"", {"b", "a"}, {NULL}, VP_VERDICT_MATCH, "has b, a"},
	{"lacks", "\"a\"", {"a", "b"}, {NULL}, VP_VERDICT_MISSING_FEATURES, "b"},
	{"excluded", "\"a\",\"b\"", {"a"}, {"c", "b"}, VP_VERDICT_EXCLUDED_FEATURES, "b"},
	{"missing-before-excluded", "\"a\"", {"b"}, {"a"}, VP_VERDICT_MISSING_FEATURES,
		"b"},
	{"case-matters", "\"A\"", {"a"}, {NULL}, VP_VERDICT_MISSING_FEATURES, "a"},
	{"no-prefix", "\"virgl2\"", {"virgl"}, {NULL}, VP_VERDICT_MISSING_FEATURES,
		"virgl"},
};

static void test_wishes(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(wishes); i++) {
		g_autoptr(VpCandidate) candidate = works("x", wishes[i].features);
		VpRequest request = {
			.need = wishes[i].need, .exclude = wishes[i].exclude};

		g_test_message("%s", wishes[i].name);
		match_features(candidate, &request);
		g_assert_cmpstr(vp_verdict_name(candidate->verdict), ==,
			vp_verdict_name(wishes[i].verdict));
		g_assert_cmpstr(candidate->reason, ==, wishes[i].reason);
	}
}

/* ---- choice ---- */

/* One letter per candidate, in order, before and after: m match, f fails (timeout), u
 * unavailable, p pending (was not run), b bad manifest, s selected, n not needed. */
static const struct {
	const char *name;
	VpMode mode;
	const char *before, *after;
	int selected; /* index, -1: none */
	bool blocked;
} choices[] = {
	{"D2/first-match", VP_MODE_FIRST, "fmm", "fsn", 1, false},
	{"behind-is-not-needed", VP_MODE_FIRST, "mfpub", "snnnb", 0, false},
	{"none", VP_MODE_FIRST, "fb", "fb", -1, false},
	{"blocked", VP_MODE_FIRST, "fum", "fum", -1, true},
	{"unavailable-behind", VP_MODE_FIRST, "mu", "sn", 0, false},
	{"all", VP_MODE_ALL, "fmfm", "fsfs", 1, false},
	{"all-blocked", VP_MODE_ALL, "um", "um", -1, true},
	{"explain", VP_MODE_EXPLAIN, "mfm", "sfn", 0, false},
	{"explain-unavailable-behind", VP_MODE_EXPLAIN, "mu", "su", 0, false},
	{"list", VP_MODE_LIST, "mum", "mum", -1, false},
	{"unjudged-blocks", VP_MODE_FIRST, "pm", "um", -1, true},
	{"unjudged-all", VP_MODE_ALL, "pmpm", "umnm", -1, true},
	{"unjudged-all-behind", VP_MODE_ALL, "mpm", "sus", 0, false},
	{"unjudged-explain", VP_MODE_EXPLAIN, "mp", "su", 0, false},
	{"unjudged-list", VP_MODE_LIST, "pmp", "umu", -1, false},
};

static const struct {
	char letter;
	VpVerdict verdict;
} letters[] = {
	{'m', VP_VERDICT_MATCH},
	{'f', VP_VERDICT_TIMEOUT},
	{'u', VP_VERDICT_SANDBOX_UNAVAILABLE},
	{'p', VP_VERDICT_PENDING},
	{'b', VP_VERDICT_BAD_MANIFEST},
	{'s', VP_VERDICT_SELECTED},
	{'n', VP_VERDICT_NOT_NEEDED},
};

static VpVerdict verdict_of(char letter)
{
	for (size_t i = 0; i < G_N_ELEMENTS(letters); i++)
		if (letters[i].letter == letter)
			return letters[i].verdict;
	g_assert_not_reached();
}

static void test_choice(const void *data)
{
	size_t n = GPOINTER_TO_SIZE(data);
	VpRequest request = {.mode = choices[n].mode};
	g_autoptr(GPtrArray) candidates =
		g_ptr_array_new_with_free_func((GDestroyNotify)candidate_free);
	VpResult result = {.request = &request, .candidates = candidates};

	for (size_t i = 0; choices[n].before[i]; i++) {
		VpCandidate *candidate = works("x", "\"a\"");

		candidate_settle(candidate, verdict_of(choices[n].before[i]), "before");
		candidate->probe.confirmed = true;
		g_ptr_array_add(candidates, candidate);
	}
	select_candidates(&result);
	for (size_t i = 0; choices[n].after[i]; i++) {
		const VpCandidate *candidate = candidates->pdata[i];

		g_assert_cmpstr(vp_verdict_name(candidate->verdict), ==,
			vp_verdict_name(verdict_of(choices[n].after[i])));
		/* What ran ahead leaves no trace, so that the document is always the
		 * same. */
		if (candidate->verdict == VP_VERDICT_NOT_NEEDED &&
			request.mode == VP_MODE_FIRST) {
			g_assert_null(candidate->capabilities);
			g_assert_cmpint(candidate->probe.source, ==, VP_PROBE_NONE);
		}
	}
	g_assert_true(result.blocked == choices[n].blocked);
	g_assert_true(result.selected ==
		      (choices[n].selected < 0 ? NULL
					       : candidates->pdata[choices[n].selected]));
}

/* ---- tables ---- */

static void test_tables(void)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	const VpDeviceType *type, *before = NULL;
	const char *name;
	unsigned n = 0;

	for (VpVerdict v = VP_VERDICT_PENDING; (name = vp_verdict_name(v)); v++) {
		g_assert_true(g_hash_table_add(names, (char *)name));
		g_assert_cmpuint(
			strspn(name, "abcdefghijklmnopqrstuvwxyz-"), ==, strlen(name));
		g_assert_nonnull(vp_verdict_about(v));
	}
	g_assert_cmpuint(g_hash_table_size(names), ==, VP_VERDICT_SELECTED + 1);
	for (gsize i = 0; (type = vp_device_type_at(i)); i++) {
		n += vp_device_type_is_in_schema(type);
		if (before)
			g_assert_cmpstr(vp_device_type_get_name(before), <,
				vp_device_type_get_name(type));
		before = type;
	}
	g_assert_cmpuint(n, ==, 15); /* T1 */
}

static void test_hints(void)
{
	static const struct {
		const char *type, *need[2], *hint;
	} cases[] = {
		{"gpu", {"vigrl"}, "unknown feature vigrl; did you mean virgl?"},
		{"gpu", {"virgl"},
			NULL},          /* the schema knows it: it is only missing here */
		{"gpu", {"own"}, NULL}, /* the backend has it */
		{"gpu", {"zzzzzzzz"},
			"unknown feature zzzzzzzz; known features: render-node, virgl, "
			"own"},
		{"gpuu", {NULL}, "did you mean the type gpu?"}, {"fs", {NULL}, NULL},
		{"zzzzzzzz", {NULL}, "unknown type zzzzzzzz"},
		/* in use, though not in the schema: nothing else was meant */
		{"can", {NULL}, NULL}, {"gpio", {NULL}, NULL}, {"snd", {NULL}, NULL},
		/* what people say */
		{"virtiofs", {NULL}, "did you mean the type fs?"},
		{"virtio-fs", {NULL}, "did you mean the type fs?"},
		{"virtiofsd", {NULL}, "did you mean the type fs?"},
		{"vhost-user-fs", {NULL}, "did you mean the type fs?"},
		{"blk", {NULL}, "did you mean the type block?"},
		{"vhost-user-blk", {NULL}, "did you mean the type block?"},
		{"virtio-blk", {NULL}, "did you mean the type block?"},
		{"sound", {NULL}, "did you mean the type snd?"},
		{"9pfs", {NULL}, "did you mean the type 9p?"},
		{"vhost-vsock", {NULL}, "did you mean the type vsock?"},
		{"VHOST_USER_NET", {NULL}, "did you mean the type net?"},
		{" GPU ", {NULL}, "did you mean the type gpu?"},
		{"Virtio Input", {NULL}, "did you mean the type input?"},
		/* what is announced here goes before what the schema has */
		{"Sample", {NULL}, "did you mean the type sample?"},
		{"samples", {NULL}, "did you mean the type sample?"},
		{"consle", {NULL}, "did you mean the type console?"},
		/* several in one value */
		{"gpu fs", {NULL},
			"only one type can be asked for at a time, not \"gpu fs\""},
		{"gpu:sample", {NULL},
			"only one type can be asked for at a time, not \"gpu:sample\""},
		{"gpu,other", {NULL},
			"only one type can be asked for at a time, not \"gpu,other\""},
		{"non exist", {NULL}, "unknown type \"non exist\""},
		{"gpu", {"virgl;render-node"},
			"features are separated by commas: --need virgl,render-node"},
		{"gpu", {"virgl other"},
			"features are separated by commas: --need virgl,other"},
		{"gpu", {"own:virgl|own"},
			"features are separated by commas: --need own,virgl,own"},
		{"gpu", {"vir;gl"}, "unknown feature \"vir;gl\"; did you mean virgl?"},
		{"gpu", {";"},
			"unknown feature \";\"; known features: render-node, virgl, "
			"own"},
		/* no hint rather than a wrong one */
		{"cam", {NULL}, "unknown type cam"}, {"usb", {NULL}, "unknown type usb"},
		{"tpm", {NULL}, "unknown type tpm"},
		{" tpm ", {NULL}, "unknown type \" tpm \""},
		/* several, however they are separated */
		{"gpu,fs", {NULL},
			"only one type can be asked for at a time, not \"gpu,fs\""},
		{"gpu,", {NULL},
			"only one type can be asked for at a time, not \"gpu,\""},
		{"gpu fs", {NULL},
			"only one type can be asked for at a time, not \"gpu fs\""},
		{"fs;gpu", {NULL},
			"only one type can be asked for at a time, not \"fs;gpu\""},
		{"gpu|block", {NULL},
			"only one type can be asked for at a time, not \"gpu|block\""},
		/* none of which is known */
		{"usb\ttpm vsock", {NULL}, "unknown type \"usb\ttpm vsock\""},
		{"gpt", {NULL}, "did you mean the type gpu?"}, /* one is announced */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		VpRequest request = {.type = cases[i].type, .need = cases[i].need};
		g_autoptr(GPtrArray) candidates =
			g_ptr_array_new_with_free_func((GDestroyNotify)candidate_free);
		VpResult result = {.request = &request, .candidates = candidates};
		g_autofree char *hint = NULL;
		VpCandidate *announced;

		g_ptr_array_add(candidates, works("x", "\"own\""));
		announced = works("y", "");
		g_free(announced->type);
		announced->type = g_strdup("sample");
		g_ptr_array_add(candidates, announced);
		hint = vp_result_hint(&result);
		g_assert_cmpstr(hint, ==, cases[i].hint);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(printed); i++) {
		g_autofree char *path = g_strconcat("/printed/", printed[i].name, NULL);

		g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_printed);
	}
	g_test_add_func("/match", test_wishes);
	for (size_t i = 0; i < G_N_ELEMENTS(choices); i++) {
		g_autofree char *path = g_strconcat("/choice/", choices[i].name, NULL);

		g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_choice);
	}
	g_test_add_func("/tables/T1", test_tables);
	g_test_add_func("/hints", test_hints);
	return g_test_run();
}
