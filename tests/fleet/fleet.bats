#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets manifests, programs and stderr
#
# The exports, read by the software that they are for: promtool and node_exporter, Ansible, Facter; and
# the queries of docs/fleet.md. Node Feature Discovery has no reader that runs without a cluster: its
# rules are in tests/fixtures/nfd.pl, by which tests/cli/export.bats judges.

load helper
load export

setup() {
	prepare
	need_sandbox
	dir=$BATS_TEST_TMPDIR/dir
	mkdir "$dir"
	server=
}

teardown() {
	[ -z "$server" ] || { kill "$server" && wait "$server"; } 2> "$BATS_TEST_TMPDIR/ended" || :
}

# exported FORMAT NAME [MODE]: of the manifests of the test, to that file in $dir.
exported() {
	probe export "$1" --output "$dir/$2" --dir "$manifests" --cache "${3:-off}"
	ended 0
	equal "$stderr" ""
}

# A host that works, and on which a program has printed names that could be taken for something
# else.
hostile_host() {
	hostile_names | printing_features 20-hostile gpu
	candidate 50-gpu.json gpu virgl render-node
	manifest 60-gone.json fs gone
	program broken "exit 3"
	manifest 70-broken.json vsock broken
}

# blocks LANGUAGE: the examples in that language of docs/fleet.md, each followed by a line "%".
blocks() {
	sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" "$STAGE/docs/fleet.md" | sed "/^\`\`\`$1\$/d; s/^\`\`\`\$/%/"
}

# ---- Prometheus ----

@test "promtool accepts the metrics, and has nothing to say about them" {
	need promtool
	hostile_host
	exported prometheus vhost_probe.prom
	run promtool check metrics < "$dir/vhost_probe.prom"
	ended 0
	equal "$output" ""
	rm "$manifests"/*
	exported prometheus vhost_probe.prom
	run promtool check metrics < "$dir/vhost_probe.prom"
	ended 0
	equal "$output" ""
}

# scrape PATH: what the server at $address says.
scrape() {
	exec 9<> "/dev/tcp/${address%:*}/${address#*:}"
	printf 'GET %s HTTP/1.0\r\n\r\n' "$1" >&9
	timeout 20 cat <&9
	exec 9>&-
}

@test "node_exporter serves them: no file is refused, no sample is lost" {
	local metrics

	need prometheus-node-exporter
	hostile_host
	exported prometheus vhost_probe.prom
	# As it is left over by a process that was killed.
	echo 'nonsense {' > "$dir/.vhost-probe.0badcafe"
	prometheus-node-exporter --collector.disable-defaults --collector.textfile \
		--collector.textfile.directory="$dir" --web.listen-address=127.0.0.1:0 \
		> "$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
	server=$!
	for _ in {1..100}; do
		address=$(grep -oP 'Listening on" address=\K\S+' "$BATS_TEST_TMPDIR/log") && break
		sleep 0.1
	done
	metrics=$(scrape /metrics)
	matches "$metrics" "HTTP/1.0 200 *"
	matches "$metrics" "*"$'\n'"node_textfile_scrape_error 0"$'\n'*
	equal "$(grep -c ^vhost_probe_ <<< "$metrics")" "$(grep -c ^vhost_probe_ "$dir/vhost_probe.prom")"
	lacks "$metrics" $'\n'vhost_probe_injected
}

@test "the queries of the document are PromQL, and ask for existing metrics" {
	local query name n=0

	need promtool
	hostile_host
	exported prometheus vhost_probe.prom
	{
		printf 'groups:\n- name: fleet\n  rules:\n'
		while read -r query; do
			[ "$query" != % ] || continue
			n=$((n + 1))
			printf -- '  - record: query_%s\n    expr: |\n      %s\n' $n "$query"
			while read -r name; do
				grep -q "^# TYPE $name gauge" "$dir/vhost_probe.prom" || echo "no metric $name" >&2
			done < <(grep -o 'vhost_probe_[a-z_]*' <<< "$query")
		done < <(blocks promql)
	} > "$dir/rules.yml" 2> "$dir/missing"
	equal "$(< "$dir/missing")" ""
	run promtool check rules "$dir/rules.yml"
	ended 0
	matches "$output" "*SUCCESS: 6 rules found*"
}

@test "the queries find what they are said to find" {
	need promtool
	cat > "$dir/test.yml" << 'end'
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
- interval: 1m
  input_series:
  - {series: 'vhost_probe_feature{instance="one", type="gpu", feature="virgl", manifest="a"}', values: '1'}
  - {series: 'vhost_probe_feature{instance="one", type="gpu", feature="render-node", manifest="a"}', values: '1'}
  - {series: 'vhost_probe_feature{instance="two", type="gpu", feature="virgl", manifest="a"}', values: '1'}
  - {series: 'vhost_probe_feature{instance="two", type="gpu", feature="render-node", manifest="b"}', values: '1'}
  - {series: 'vhost_probe_backend_usable{instance="one", manifest="a", verdict="match"}', values: '1'}
  - {series: 'vhost_probe_backend_undecided{instance="one", manifest="a", verdict="match"}', values: '0'}
  - {series: 'vhost_probe_backend_usable{instance="one", manifest="broken", verdict="exit-status"}', values: '0'}
  - {series: 'vhost_probe_backend_undecided{instance="one", manifest="broken", verdict="exit-status"}', values: '0'}
  - {series: 'vhost_probe_backend_usable{instance="two", manifest="broken", verdict="exit-status"}', values: '0'}
  - {series: 'vhost_probe_backend_undecided{instance="two", manifest="broken", verdict="exit-status"}', values: '1'}
  - {series: 'vhost_probe_backend_usable{instance="two", manifest="b", verdict="not-cached"}', values: '0'}
  - {series: 'vhost_probe_backend_undecided{instance="two", manifest="b", verdict="not-cached"}', values: '1'}
  - {series: 'vhost_probe_backend_usable{instance="none", manifest="b", verdict="sandbox-unavailable"}', values: '0'}
  - {series: 'vhost_probe_backend_undecided{instance="none", manifest="b", verdict="sandbox-unavailable"}', values: '1'}
  - {series: 'vhost_probe_sandbox_level{instance="one", level="full"}', values: '1'}
  - {series: 'vhost_probe_sandbox_level{instance="one", level="unavailable"}', values: '0'}
  - {series: 'vhost_probe_sandbox_level{instance="none", level="full"}', values: '0'}
  - {series: 'vhost_probe_sandbox_level{instance="none", level="unavailable"}', values: '1'}
  - {series: 'vhost_probe_export_timestamp_seconds{instance="one"}', values: '0+60x120'}
  - {series: 'vhost_probe_export_timestamp_seconds{instance="late"}', values: '3600x120'}
  - {series: 'vhost_probe_export_timestamp_seconds{instance="later"}', values: '3540x120'}
  - {series: 'vhost_probe_undecided{instance="one"}', values: '0'}
  - {series: 'vhost_probe_undecided{instance="none"}', values: '0'}
  - {series: 'vhost_probe_undecided{instance="unknown"}', values: '3'}
  promql_expr_test:
  - {expr: query_1, exp_samples: [{labels: 'query_1{instance="one"}', value: 1}, {labels: 'query_1{instance="two"}', value: 1}]}
  - {expr: query_2, exp_samples: [{labels: 'query_2{instance="one"}', value: 1}]}
  - {expr: query_3, exp_samples: [{labels: 'query_3{instance="none"}', value: 0}]}
  - {expr: query_4, exp_samples: [{labels: 'query_4{instance="one", manifest="broken", verdict="exit-status"}', value: 0}]}
  - {expr: query_5, exp_samples: [{labels: 'query_5{instance="none", level="unavailable"}', value: 1}]}
  # Two hours later: one hour is not more than an hour.
  - {expr: query_6, eval_time: 2h, exp_samples: [{labels: 'query_6{instance="later"}', value: 3660}]}
end
	{
		printf 'groups:\n- name: fleet\n  rules:\n'
		blocks promql | grep -v '^%' | awk '{ printf "  - record: query_%s\n    expr: |\n      %s\n", NR, $0 }'
	} > "$dir/rules.yml"
	run promtool test rules "$dir/test.yml"
	ended 0
}

# ---- Kubernetes ----

# nodes SELECTOR: which of the nodes in $dir, files of labels, kubectl would show; of the forms key, !key,
# key=value, key!=value and key in (VALUE), and what an affinity calls In.
nodes() {
	perl -e '
		my ($selector, $dir) = @ARGV;
		my @terms = split /,(?![^(]*\))/, $selector;
		for my $file (sort glob "$dir/*.node") {
			my ($name) = $file =~ m{([^/]+)[.]node\z};
			open my $in, "<", $file or die "$file: $!\n";
			my %label = map { /\A([^#=]+)=(.*)/ ? ($1, $2) : () } <$in>;
			my $fits = 1;
			for (@terms) {
				$fits &&=
					/\A!([-\w.\/]+)\z/ ? !exists $label{$1} :
					/\A([-\w.\/]+)\z/ ? exists $label{$1} :
					/\A([-\w.\/]+)==?([-\w.]*)\z/ ? exists $label{$1} && $label{$1} eq $2 :
					/\A([-\w.\/]+)!=([-\w.]*)\z/ ? !exists $label{$1} || $label{$1} ne $2 :
					/\A([-\w.\/]+) in \((.*)\)\z/ ? exists $label{$1} && grep { $_ eq $label{$1} } split /,/, $2 :
					die "no selector: $_\n";
			}
			print "$name\n" if $fits;
		}' "$1" "$dir"
}

# selectors: those of the document, in order: by kubectl, then by the two specifications of a pod.
selectors() {
	sed -n "s/^kubectl get nodes -l //p" "$STAGE/docs/fleet.md" | tr -d "'"
	blocks yaml | sed -nE 's|^    (feature\S+): "(.*)"$|\1=\2|p; /- key: feature/{N;N;s/.*- key: (\S+)\n +operator: In\n +values: \["(.*)"\]/\1 in (\2)/p}'
}

@test "the selectors of the document choose the nodes that they are said to choose" {
	local selector

	need perl
	candidate 50-gpu.json gpu render-node
	exported nfd without.node
	exported nfd unknown.node only
	candidate 60-gpu.json gpu virgl
	exported nfd with.node
	manifest 70-broken.json fs gone
	exported nfd broken.node
	sed 's/\(sandbox\)=.*/\1=unavailable/; s/\(undecided\)=.*/\1=2/; /user-/d' "$dir/without.node" > "$dir/unconfined.node"
	# One that exports nothing.
	: > "$dir/silent.node"
	mapfile -t selector < <(selectors)
	equal "${#selector[@]}" 6
	equal "$(nodes "${selector[0]}" | xargs)" "broken with"
	equal "$(nodes "${selector[1]}" | xargs)" without
	equal "$(nodes "${selector[2]}" | xargs)" broken
	equal "$(nodes "${selector[3]}" | xargs)" unconfined
	equal "$(nodes "${selector[4]}" | xargs)" "broken with"
	equal "$(nodes "${selector[5]}" | xargs)" "broken with"
}

# ---- Ansible ----

# ansible_facts FILTER: what the setup module makes of $dir.
ansible_facts() {
	ANSIBLE_LOCAL_TEMP=$BATS_TEST_TMPDIR/ansible HOME=$BATS_TEST_TMPDIR ANSIBLE_NOCOLOR=1 ansible localhost -o -m setup \
		-a "fact_path=$dir filter=ansible_local" 2> "$BATS_TEST_TMPDIR/warnings" |
		sed 's/^localhost | SUCCESS => //' | jq -r ".ansible_facts.ansible_local | $1"
}

@test "Ansible's setup takes the file for facts, as they are" {
	need ansible
	hostile_host
	exported ansible vhost_probe.fact
	equal "$(ansible_facts 'keys | join(" ")')" vhost_probe
	equal "$(ansible_facts '.vhost_probe | tojson' | jq -S .)" "$(jq -S . "$dir/vhost_probe.fact")"
}

# play: the playbook of the document, on this host with the facts in $dir.
play() {
	blocks yaml | awk 'BEGIN { RS = "%\n" } /group_by/' | sed "s|^  gather_facts: true|&\n\
  module_defaults: {ansible.builtin.setup: {fact_path: $dir, gather_subset: [local]}}|" > "$dir/play.yml"
	grep -q fact_path "$dir/play.yml" || { echo "no playbook in the document"; return 1; }
	run env ANSIBLE_LOCAL_TEMP="$BATS_TEST_TMPDIR/ansible" HOME="$BATS_TEST_TMPDIR" ANSIBLE_NOCOLOR=1 \
		ansible-playbook -v -i "localhost," -c local "$dir/play.yml"
	ended 0
}

@test "the document's play finds the hosts that have virgl, and no template is evaluated" {
	need ansible-playbook
	hostile_host
	# The facts that it prints are the hostile ones as well.
	exported ansible vhost_probe.fact
	play
	matches "$output" "*\"msg\": \"$programs/50-gpu\"*"
	cat > "$dir/all.yml" << end
- hosts: all
  module_defaults: {ansible.builtin.setup: {fact_path: $dir, gather_subset: [local]}}
  tasks:
    - ansible.builtin.copy: {content: "{{ ansible_local.vhost_probe.vhost_user | to_json }}", dest: "$dir/seen"}
    - ansible.builtin.debug: {msg: "{{ item }}"}
      loop: "{{ ansible_local.vhost_probe.vhost_user.backends | map(attribute='features') | flatten }}"
end
	run env ANSIBLE_LOCAL_TEMP="$BATS_TEST_TMPDIR/ansible" HOME="$BATS_TEST_TMPDIR" ANSIBLE_NOCOLOR=1 \
		ansible-playbook -i "localhost," -c local "$dir/all.yml"
	ended 0
	matches "$output" "*{{ 7 \* 7 }}*"
	lacks "$output" '"msg": "49"'
	lacks "$output" "uid="
	equal "$(jq -S . "$dir/seen")" "$(jq -S .vhost_user "$dir/vhost_probe.fact")"
}

@test "the document's play: a host without virgl, one that is undecided, and one that says nothing" {
	need ansible-playbook
	candidate 50-gpu.json gpu render-node
	exported ansible vhost_probe.fact
	play
	matches "$output" "*virgl_False*"
	lacks "$output" '"msg"'
	exported ansible vhost_probe.fact only
	play
	matches "$output" "*virgl_unknown*"
	rm "$dir/vhost_probe.fact"
	play
	matches "$output" "*virgl_unknown*"
}

@test "the document's filter finds the backends that do not work, and none that is undecided" {
	local filter

	need ansible-playbook
	filter=$(sed -n "s/^\`\(backends | .*\)\` has the installed .*/\1/p" "$STAGE/docs/fleet.md")
	[ -n "$filter" ]
	hostile_host
	exported ansible vhost_probe.fact
	# As after a run that nothing has confirmed.
	jq '.vhost_user.backends |= map(if .verdict == "missing-binary" then .undecided = true else . end)' \
		"$dir/vhost_probe.fact" > "$dir/changed"
	mv "$dir/changed" "$dir/vhost_probe.fact"
	cat > "$dir/failed.yml" << end
- hosts: all
  module_defaults: {ansible.builtin.setup: {fact_path: $dir, gather_subset: [local]}}
  vars:
    backends: "{{ ansible_local.vhost_probe.vhost_user.backends }}"
  tasks:
    - ansible.builtin.debug: {msg: "failed: {{ ($filter) | map(attribute='verdict') | join(' ') }}."}
end
	run env ANSIBLE_LOCAL_TEMP="$BATS_TEST_TMPDIR/ansible" HOME="$BATS_TEST_TMPDIR" ANSIBLE_NOCOLOR=1 \
		ansible-playbook -i "localhost," -c local "$dir/failed.yml"
	ended 0
	matches "$output" "*\"msg\": \"failed: exit-status.\"*"
}

# ---- Facter ----

@test "Facter takes the same file for one fact, and for no other" {
	need facter
	hostile_host
	exported ansible vhost_probe.json
	equal "$(HOME=$BATS_TEST_TMPDIR facter --external-dir "$dir" vhost_user.types.gpu.features.virgl)" "$programs/50-gpu"
	equal "$(HOME=$BATS_TEST_TMPDIR facter --external-dir "$dir" --json vhost_user | jq -S .)" \
		"$(jq -S . "$dir/vhost_probe.json")"
	equal "$(jq -r 'keys | join(" ")' "$dir/vhost_probe.json")" vhost_user
}
