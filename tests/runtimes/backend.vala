// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A backend in Vala on GLib and GIO: a pool of threads, the main loop, a child, random numbers,
 * the time zone, types of contents.
 */
int main (string[] args) {
	assert (args.length == 2 && args[1] == "--print-capabilities");
	try {
		var sum = 0;
		var pool = new ThreadPool<int>.with_owned_data ((n) => { AtomicInt.add (ref sum, n); }, 4, false);
		for (int n = 1; n <= 100; n++)
			pool.add (n);
		ThreadPool.free ((owned) pool, false, true);
		assert (sum == 5050);

		var child = new Subprocess (SubprocessFlags.STDOUT_PIPE, "uname", "-s");
		string output;
		child.communicate_utf8 (null, null, out output, null);
		assert (output == "Linux\n" && child.get_successful ());
		Process.spawn_command_line_sync ("uname -s", out output);
		assert (output == "Linux\n");
	} catch (Error error) {
		printerr ("%s\n", error.message);
		return 1;
	}
	var loop = new MainLoop ();
	Timeout.add (1, () => { loop.quit (); return Source.REMOVE; });
	GLib.Unix.signal_add (ProcessSignal.TERM, () => { loop.quit (); return Source.REMOVE; });
	loop.run ();
	assert (new TimeZone.local () != null && get_num_processors () > 0);
	assert (Environment.get_host_name () != "" && Environment.get_user_name () != "");
	assert (Random.next_double () < 1 && Uuid.string_random () != "");
	assert (ContentType.guess ("a.json", null, null) != "");
	print ("{\"type\": \"sample\", \"features\": [\"healthy\"]}\n");
	return 0;
}
