// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The hostile backends, one row per backend:
 *
 *   BEHAVIOUR(name, function of backend/, verdict, deadline in ms, control)
 *
 * The verdict is the one that the sandbox must lead to. An attack's is MATCH, and then
 * the only feature must be "tried": any other names an attempt that succeeded. @control
 * is such a feature that must show where there is no sandbox, so that a row which could
 * never fail is noticed; NULL where that cannot be shown, or not without harm.
 *
 * Included by the backend for its functions, by the test for the rest.
 */

/* clang-format off */

/* output */
BEHAVIOUR("one-byte-writes", one_byte_writes, MATCH, 5000, NULL)
BEHAVIOUR("valid-then-exit-1", valid_then_exit_1, EXIT_STATUS, 5000, NULL)
BEHAVIOUR("empty-output", empty, NO_OUTPUT, 5000, NULL)
BEHAVIOUR("truncated", truncated, BAD_JSON, 5000, NULL)
BEHAVIOUR("trailing-text", trailing_text, BAD_JSON, 5000, NULL)
BEHAVIOUR("two-documents", two_documents, BAD_JSON, 5000, NULL)
BEHAVIOUR("nul-byte", nul_byte, BAD_JSON, 5000, NULL)
BEHAVIOUR("nul-in-string", nul_in_string, BAD_JSON, 5000, NULL)
BEHAVIOUR("bad-utf-8", bad_utf8, BAD_JSON, 5000, NULL)
BEHAVIOUR("byte-order-mark", byte_order_mark, BAD_JSON, 5000, NULL)
BEHAVIOUR("depth-10000", deep, BAD_JSON, 5000, NULL)
BEHAVIOUR("duplicate-keys", duplicate_keys, BAD_JSON, 5000, NULL)
BEHAVIOUR("huge-numbers", huge_numbers, MATCH, 5000, NULL)
BEHAVIOUR("repeated-features", repeated_features, MATCH, 5000, NULL)
BEHAVIOUR("array-root", array_root, BAD_JSON, 5000, NULL)
BEHAVIOUR("no-type", no_type, BAD_CAPABILITIES, 5000, NULL)
BEHAVIOUR("type-is-a-number", type_is_a_number, BAD_CAPABILITIES, 5000, NULL)
BEHAVIOUR("other-type", other_type, TYPE_MISMATCH, 5000, NULL)
BEHAVIOUR("stdout-flood", stdout_flood, OUTPUT_LIMIT, 5000, NULL)
BEHAVIOUR("stderr-flood", stderr_flood, MATCH, 5000, NULL)
BEHAVIOUR("json-on-stderr", json_on_stderr, NO_OUTPUT, 5000, NULL)
BEHAVIOUR("exactly-the-limit", exactly_the_limit, MATCH, 5000, NULL)
BEHAVIOUR("one-more-than-the-limit", one_more_than_the_limit, OUTPUT_LIMIT, 5000, NULL)
BEHAVIOUR("reads-stdin", read_stdin, MATCH, 5000, NULL)

/* time */
BEHAVIOUR("sleeps-for-ever", sleep_for_ever, TIMEOUT, 300, NULL)
BEHAVIOUR("valid-then-hangs", valid_then_hang, TIMEOUT, 300, NULL)
BEHAVIOUR("one-byte-a-second", one_byte_a_second, TIMEOUT, 300, NULL)
BEHAVIOUR("ignores-sigterm", ignore_sigterm, TIMEOUT, 300, NULL)
BEHAVIOUR("busy-loop", busy_loop, TIMEOUT, 300, NULL)
BEHAVIOUR("stops-itself", stop_itself, TIMEOUT, 300, NULL)
BEHAVIOUR("closes-all-and-hangs", close_all_and_hang, TIMEOUT, 300, NULL)

/* death; more of it is made by the test, since it needs no code */
BEHAVIOUR("abort", die_by_abort, SIGNAL, 5000, NULL)
BEHAVIOUR("segv", die_by_segv, SIGNAL, 5000, NULL)
BEHAVIOUR("kills-itself", kill_itself, SIGNAL, 5000, NULL)
BEHAVIOUR("exit-255", exit_255, EXIT_STATUS, 5000, NULL)

/* survivors: nothing of them survives */
BEHAVIOUR("daemon-holds-the-pipe", daemon_holds_the_pipe, MATCH, 5000, NULL)
BEHAVIOUR("daemon-in-its-own-session", daemon_in_its_own_session, MATCH, 5000, NULL)
BEHAVIOUR("fork-bomb", fork_bomb, TIMEOUT, 2000, NULL)
BEHAVIOUR("fork-bomb-left-behind", fork_bomb_left_behind, MATCH, 5000, NULL)
BEHAVIOUR("thread-storm", thread_storm, MATCH, 5000, NULL)
BEHAVIOUR("writes-after-its-exit", late_writer, MATCH, 5000, NULL)

/* theft */
BEHAVIOUR("secret-in-the-environment", secret_in_environment, MATCH, 5000, NULL)
BEHAVIOUR("etc-shadow", shadow, MATCH, 5000, "shadow")
BEHAVIOUR("home-canary", home_canary, MATCH, 5000, "canary")
BEHAVIOUR("installed-in-a-prefix", search_prefix, MATCH, 5000, "share/secret")
BEHAVIOUR("cache-directory", cache_directory, MATCH, 5000, "cache")
BEHAVIOUR("caller-in-proc", caller_in_proc, MATCH, 5000, "environ-0")
BEHAVIOUR("processes-in-proc", processes_in_proc, MATCH, 10000, "cmdline")
BEHAVIOUR("network-in-proc", network_in_proc, MATCH, 5000, "net-unix")
BEHAVIOUR("settings-in-proc", settings_in_proc, MATCH, 5000, "interface")
BEHAVIOUR("writes-in-proc", write_in_proc, MATCH, 5000, "comm")
BEHAVIOUR("keys-in-proc", keys_in_proc, MATCH, 5000, "key")
BEHAVIOUR("searches-keys", search_keys, MATCH, 5000, "key")
BEHAVIOUR("memory-in-core-dumps", memory_in_core_dumps, MATCH, 5000, "memory")
BEHAVIOUR("inherited-fd", inherited_fd, MATCH, 5000, NULL)
BEHAVIOUR("output-of-others", output_of_others, MATCH, 5000, "fd-0")

/* harm: files */
BEHAVIOUR("writes-files", write_files, MATCH, 5000, "home")
BEHAVIOUR("writes-to-fifos", write_to_fifos, MATCH, 5000, "pipe")
BEHAVIOUR("changes-files", change_files, MATCH, 5000, "chmod")
BEHAVIOUR("changes-attributes", change_attributes, MATCH, 5000, "program")
BEHAVIOUR("remounts-writable", remount_writable, MATCH, 5000, NULL)
BEHAVIOUR("holds-files", hold_files, MATCH, 5000, "flock")
BEHAVIOUR("leaves-hints-with-files", leave_hints, MATCH, 5000, "file")

/* harm: /tmp; the next row runs next, and must find nothing there */
BEHAVIOUR("tmp-filled-with-data", fill_tmp_with_data, MATCH, 5000, "data")
BEHAVIOUR("tmp-filled-with-inodes", fill_tmp_with_inodes, MATCH, 5000, "inodes")
BEHAVIOUR("tmp-with-all-kinds-left", leave_all_kinds, MATCH, 5000, NULL)
BEHAVIOUR("tmp-held-by-a-daemon", hold_tmp, MATCH, 5000, NULL)
BEHAVIOUR("tmp-made-and-removed", make_and_remove, MATCH, 5000, NULL)
BEHAVIOUR("tmp-changed-itself", change_tmp, MATCH, 5000, NULL)
BEHAVIOUR("tmp-with-programs", execute_from_tmp, MATCH, 5000, "execve")
BEHAVIOUR("tmp-mounted-anew", mount_tmp, MATCH, 5000, NULL)
BEHAVIOUR("tmp-with-sockets-and-devices", make_nodes, MATCH, 5000, NULL)

/* harm: memory */
BEHAVIOUR("fills-memory", fill_memory, MATCH, 20000, NULL)
BEHAVIOUR("fills-memfd", fill_memfd, MATCH, 5000, "ftruncate")
BEHAVIOUR("fills-descriptors", fill_descriptors, MATCH, 5000, NULL)
BEHAVIOUR("enlarges-pipes", enlarge_pipes, MATCH, 5000, "pipe")

/* harm: processes */
BEHAVIOUR("kills-everybody", kill_everybody, MATCH, 5000, NULL)
BEHAVIOUR("kills-the-warden", kill_warden, MATCH, 5000, NULL)
BEHAVIOUR("signals-others", signal_others, MATCH, 5000, "victim")
BEHAVIOUR("signals-by-pidfd", signal_by_pidfd, MATCH, 5000, "victim")
BEHAVIOUR("signals-by-owner", signal_by_owner, MATCH, 5000, NULL)
BEHAVIOUR("traces-others", trace_others, MATCH, 5000, "ptrace-1")
BEHAVIOUR("starves-the-warden", starve_the_warden, MATCH, 5000, NULL)
BEHAVIOUR("moves-waiters", move_waiters, MATCH, 5000, "requeue")
BEHAVIOUR("idles-its-neighbour", idle_the_neighbour, MATCH, 5000, NULL)
BEHAVIOUR("raises-limits", raise_limits, MATCH, 5000, "pdeathsig")
BEHAVIOUR("setuid-helper", setuid_helper, MATCH, 5000, NULL)

/* harm: the world */
BEHAVIOUR("traced-by-its-child", traced_by_its_child, MATCH, 5000, NULL)
BEHAVIOUR("queues-signals", queue_signals, MATCH, 5000, "signals")
BEHAVIOUR("gains-priority", gain_priority, MATCH, 5000, NULL)
BEHAVIOUR("sockets", sockets, MATCH, 5000, "family-1-1")
BEHAVIOUR("pair-of-streams", pair_of_streams, MATCH, 5000, "interfaces")
BEHAVIOUR("circle-of-descriptors", circle_of_descriptors, MATCH, 5000, "sent")
BEHAVIOUR("connects-to-the-caller", listeners, MATCH, 5000, "abstract")
BEHAVIOUR("types-into-the-terminal", type_into_the_terminal, MATCH, 5000, "ioctl-5412")
#ifdef __x86_64__ /* the only one whose kernel runs programs of two more */
BEHAVIOUR("int-0x80", int_0x80, POLICY_KILL, 5000, NULL)
BEHAVIOUR("x32-call", x32_call, POLICY_KILL, 5000, NULL)
#elif defined(__i386__) /* under a kernel of 64 bits */
BEHAVIOUR("64-bit-call", call_of_64_bits, POLICY_KILL, 5000, NULL)
BEHAVIOUR("calls-behind-a-pointer", calls_behind_a_pointer, MATCH, 5000, "socketcall-8")
#endif
BEHAVIOUR("leaves-something", leave_something, MATCH, 5000, "shm")
BEHAVIOUR("namespaces", namespaces, MATCH, 5000, "clone3-user")
BEHAVIOUR("dangerous-calls", dangerous_calls, MATCH, 5000, "handle")
BEHAVIOUR("label-by-call", label_by_call, MATCH, 5000, NULL)
BEHAVIOUR("writes-to-sys", write_to_sys, MATCH, 5000, NULL)
BEHAVIOUR("commands-devices", command_devices, MATCH, 5000, NULL)
BEHAVIOUR("exposed-device", reach_beyond_exposed, MATCH, 5000, "another")
BEHAVIOUR("notifications", notifications, MATCH, 5000, NULL)
BEHAVIOUR("privileges", privileges, MATCH, 5000, "no-filter")

/* not attacks by themselves */
BEHAVIOUR("terminal-escapes", terminal_escapes, MATCH, 5000, NULL)
BEHAVIOUR("setuid", setuid_program, NO_OUTPUT, 5000, NULL)
