#!/usr/bin/php
<?php
// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A backend in PHP: children, pipes, a pair of sockets, random numbers, the time zone.
function must($holds, $what) {
	if (!$holds) {
		fwrite(STDERR, "$what\n");
		exit(1);
	}
}

must(shell_exec('uname -s') === "Linux\n", 'output of a child');
$child = proc_open(['cat'], [['pipe', 'r'], ['pipe', 'w']], $pipes);
fwrite($pipes[0], 'x');
fclose($pipes[0]);
must(stream_get_contents($pipes[1]) === 'x' && proc_close($child) === 0, 'pipes');
[$one, $other] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
fwrite($one, "line\n");
must(fgets($other) === "line\n", 'pair of sockets');
must(strlen(random_bytes(16)) === 16 && random_int(1, 1) === 1, 'random numbers');
must(gethostname() !== false && php_uname('s') === 'Linux', 'machine');
must(date_default_timezone_get() !== '' && date('Y') > 2000, 'time');
must(function_exists('posix_getpwuid') ? posix_getpwuid(0)['uid'] === 0 : true, 'users');
must(flock(fopen(__FILE__, 'r'), LOCK_EX), 'lock on its own file');
gc_collect_cycles();
echo json_encode(['type' => 'sample', 'features' => ['healthy']]), "\n";
