# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154 # programs and manifests: the helper's
#
# Backends with many or hostile features, for the tests of what is exported.

# printing_features NAME TYPE: a program of that name that prints features, which stdin has as one JSON
# string per line; its manifest.
printing_features() {
	jq -cs --arg type "$2" '{type: $type, features: .}' > "$programs/$1.answer"
	program "$1" "cat '$programs/$1.answer'"
	jq -n --arg type "$2" --arg binary "$programs/$1" \
		'{description: "for tests", type: $type, binary: $binary}' > "$manifests/$1.json"
}

# answering: of three JSON lines each on stdin: the name of a program, what it prints, its manifest.
answering() {
	local name answer manifest

	while read -r name && read -r answer && read -r manifest; do
		name=${name//\"/}
		printf '%s\n' "$answer" > "$programs/$name.answer"
		printf '%s\n' "$manifest" > "$manifests/$name.json"
		program "$name" "cat '$programs/$name.answer'"
	done
}

# One JSON string per line: what would be another label, metric or fact if it were copied.
hostile_names() {
	jq -cn '
		"evil\nfeature.node.kubernetes.io/injected=true", "# +expiry-time=2000-01-01T00:00:00Z",
		"\n# +no-label", "a=b", "a,b", "a b", " a", "a\t", "a/b", "/a", "a\r", "a\\b", "a\\\\b", "a\\", "\\n",
		"\"", "a\"} 1\nvhost_probe_injected{a=\"b", "a\"b", "{}", "}", "{{ 7 * 7 }}", "{% raw %}",
		"{# #}", "{{ lookup(\"pipe\", \"id\") }}", "!unsafe", "# HELP x y", "\u202e", "\u009b31m",
		"\u2028", "\u001b[2J", "\u00e4\u00f6", "\ud83d\ude00", "\u007f", "", ".", "-", "_", "-a", "a-",
		".a", "a.", "_a", "a_", ("a" * 63), ("a" * 64), ("a" * 128), ("a" * 129), ("a" * 5000),
		"__proto__", "program", "features", "keys", "null", "true", "1e9", "NaN", "~", "$(id)", "`id`"'
}
