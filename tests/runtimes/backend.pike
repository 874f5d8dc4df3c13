#!/usr/bin/pike8.0
// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A backend in Pike: threads, a child, a pair of sockets, the name of this machine.
int main(int argc, array(string) argv)
{
	array(Thread.Thread) threads = map(enumerate(8), lambda(int n) { return Thread.Thread(lambda() { return n * n; }); });
	if (Array.sum(threads->wait()) != 140)
		error("threads\n");
	if (Process.run(({"uname", "-s"}))->stdout != "Linux\n")
		error("output of a child\n");
	if (gethostname() == "" || random(10) >= 10 || !localtime(time())->year)
		error("machine\n");
	gc();
	write("{\"type\": \"sample\", \"features\": [\"healthy\"]}\n");
	return 0;
}
