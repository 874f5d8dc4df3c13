#!/usr/bin/python3
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A backend in Python: threads, children, what the module platform tells, random numbers,
the time zone and the locale. No file of its own."""
import concurrent.futures
import datetime
import hashlib
import json
import locale
import logging
import os
import platform
import pwd
import random
import secrets
import select
import shutil
import signal
import socket
import subprocess
import threading
import time
import uuid

logging.basicConfig(level=logging.INFO)
signal.signal(signal.SIGTERM, lambda *_: None)
signal.set_wakeup_fd(-1)
locale.setlocale(locale.LC_ALL, "")

with concurrent.futures.ThreadPoolExecutor(8) as pool:
    assert sum(pool.map(lambda n: len(bytes(n << 20)) >> 20, range(8))) == 28
timer = threading.Timer(0.001, lambda: None)
timer.start()
timer.join()

assert subprocess.run(["uname", "-s"], capture_output=True, check=True, text=True).stdout == "Linux\n"
assert subprocess.check_output("echo $((6 * 7))", shell=True, start_new_session=True) == b"42\n"
assert os.popen("true").close() is None
child = os.fork()
if child == 0:
    os._exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7

poll = select.epoll()
reader, writer = os.pipe()
poll.register(reader, select.EPOLLIN)
os.write(writer, b"x")
assert poll.poll(1)

assert platform.platform() and platform.node() == socket.gethostname()
with open("/usr/lib/os-release" if os.path.exists("/usr/lib/os-release") else os.devnull) as release:
    release.read()
assert os.cpu_count() > 0 and os.path.exists("/proc/self/exe")
assert os.getloadavg() and os.sysconf("SC_PHYS_PAGES") > 0
assert pwd.getpwuid(0).pw_name and shutil.which("sh")
assert datetime.datetime.now().astimezone().tzinfo and time.tzname
assert random.SystemRandom().random() < 1 and secrets.token_bytes(16) and uuid.uuid4()
assert hashlib.new("sha256", b"").hexdigest()
os.nice(1)

print(json.dumps({"type": "sample", "features": ["healthy"]}))
