#!/usr/bin/env groovy
// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A backend in Groovy: threads, a child, the time zone.
assert args == ['--print-capabilities']
def sum = new java.util.concurrent.atomic.AtomicInteger()
def threads = (1..8).collect { n -> Thread.start { sum.addAndGet(n) } }
threads*.join()
assert sum.get() == 36
assert 'uname -s'.execute().text == 'Linux\n'
assert TimeZone.default && Runtime.runtime.availableProcessors() > 0
println '{"type": "sample", "features": ["healthy"]}'
