#!/usr/bin/php
<?php
// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A backend in PHP with files of its own: one by tmpfile(), one by name, one that php://temp
// makes when much is written.
$file = tmpfile();
$name = tempnam(sys_get_temp_dir(), 'backend');
if (!$file || !$name || dirname($name) !== sys_get_temp_dir() || !file_put_contents($name, 'here') || !unlink($name)) {
	exit(1);
}
$much = fopen('php://temp/maxmemory:1024', 'r+');
if (fwrite($much, str_repeat('x', 100000)) !== 100000) {
	exit(1);
}
echo '{"type": "sample", "features": ["healthy"]}', "\n";
