# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A backend in Nim: threads, an event loop, a child, random numbers, the name of this machine.
import std/[asyncdispatch, nativesockets, os, osproc, strutils, sysrand, times]

proc work(n: int) {.thread.} =
  doAssert newSeq[byte](n shl 20).len == n shl 20

var threads: array[4, Thread[int]]
for n, thread in threads.mpairs:
  createThread(thread, work, n)
joinThreads(threads)

let (output, status) = execCmdEx("uname -s")
doAssert status == 0 and output.strip == "Linux"
waitFor sleepAsync(1)
doAssert urandom(16).len == 16
doAssert getHostname() != "" and countProcessors() > 0 and getAppFilename() != ""
doAssert now().year > 2000
echo """{"type": "sample", "features": ["healthy"]}"""
