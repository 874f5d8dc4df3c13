// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A backend in D: threads, a child, random numbers, the time zone, a collection of garbage.
 */
import core.memory, core.thread, std.datetime, std.exception, std.parallelism, std.process;
import std.random, std.range, std.socket, std.stdio, std.file;

void main(string[] args)
{
	enforce(args.length == 2 && args[1] == "--print-capabilities");
	enforce(taskPool.reduce!"a + b"(iota(1000)) == 499_500);
	auto thread = new Thread({ new ubyte[1 << 20]; }).start();
	thread.join();
	auto child = execute(["uname", "-s"]);
	enforce(child.status == 0 && child.output == "Linux\n");
	enforce(unpredictableSeed != unpredictableSeed);
	enforce(Clock.currTime.year > 2000 && thisExePath != "" && totalCPUs > 0);
	auto pair = socketPair();
	pair[0].send("x");
	ubyte[1] buffer;
	enforce(pair[1].receive(buffer) == 1);
	GC.collect();
	writeln(`{"type": "sample", "features": ["healthy"]}`);
}
