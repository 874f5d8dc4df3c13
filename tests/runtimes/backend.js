#!/usr/bin/env node
// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A backend in Node: worker threads, children by pipe and with a channel, the pool of libuv, random
// numbers, what the module os reports, and modules by import().
'use strict';
const { Worker, isMainThread, parentPort } = require('node:worker_threads');
const { execFile, execFileSync, fork } = require('node:child_process');
const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const util = require('node:util');

async function main() {
	const workers = [1, 2, 3].map(() => new Promise((resolve, reject) => {
		const worker = new Worker(__filename);
		worker.on('message', resolve);
		worker.on('error', reject);
	}));
	assert.deepStrictEqual(await Promise.all(workers), ['here', 'here', 'here']);

	assert.strictEqual(execFileSync('uname', ['-s'], { encoding: 'utf8' }), 'Linux\n');
	const { stdout } = await util.promisify(execFile)('uname', ['-s']);
	assert.strictEqual(stdout, 'Linux\n');
	const child = fork(__filename, ['--child']);
	assert.strictEqual(await new Promise(resolve => child.on('message', resolve)), 'here');
	child.disconnect();

	await util.promisify(crypto.randomBytes)(16);
	await util.promisify(crypto.pbkdf2)('a', 'b', 1000, 32, 'sha256');
	assert(os.cpus().length > 0 && os.totalmem() > 0 && os.hostname() !== '');
	assert(os.release() && os.uptime() > 0 && process.memoryUsage().rss > 0);
	assert(Intl.DateTimeFormat().resolvedOptions().timeZone);
	if (fs.existsSync('/usr/lib/os-release'))
		await fs.promises.readFile('/usr/lib/os-release');
	assert((await import('node:path')).join('a', 'b') === 'a/b');
	console.log(JSON.stringify({ type: 'sample', features: ['healthy'] }));
}

if (!isMainThread)
	parentPort.postMessage('here');
else if (process.argv[2] === '--child')
	process.send('here');
else
	main().catch(error => { console.error(error); process.exit(1); });
