// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A backend for Mono: threads, tasks, a child, random numbers, the time zone, and a
 * collection of garbage.
 */
using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;

class Backend {
	static void Must(bool holds, string what)
	{
		if (!holds)
			throw new InvalidOperationException(what);
	}

	static int Main(string[] args)
	{
		Must(args.Length == 1 && args[0] == "--print-capabilities", "arguments");

		var threads = Enumerable.Range(0, 8).Select(n =>
			new Thread(() => Must(new byte[1 << 20].Length == 1 << 20, "memory"))).ToList();
		threads.ForEach(thread => thread.Start());
		threads.ForEach(thread => thread.Join());
		Must(Task.Run(() => 42).Result == 42, "task");
		Must(Enumerable.Range(0, 1000).AsParallel().Sum() == 499500, "parallel query");

		var start = new ProcessStartInfo("uname", "-s") {
			RedirectStandardOutput = true, UseShellExecute = false};
		using (var child = Process.Start(start)) {
			Must(child.StandardOutput.ReadToEnd() == "Linux\n", "output of a child");
			child.WaitForExit();
			Must(child.ExitCode == 0, "status of a child");
		}

		RandomNumberGenerator.Create().GetBytes(new byte[16]);
		Must(Environment.ProcessorCount > 0 && Environment.MachineName != "", "machine");
		Must(Environment.UserName != null && Process.GetCurrentProcess().Id > 0, "process");
		Must(TimeZoneInfo.Local != null && CultureInfo.CurrentCulture != null, "zone");
		Must(!File.Exists("/usr/lib/os-release") ||
			File.ReadAllText("/usr/lib/os-release") != "", "os-release");
		GC.Collect();
		Console.WriteLine("{\"type\": \"sample\", \"features\": [\"healthy\"]}");
		return 0;
	}
}
