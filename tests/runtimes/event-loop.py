#!/usr/bin/python3
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A backend in Python that is all event loop: tasks, timers, signals, threads, children, streams
over a pair of sockets."""
import asyncio
import json
import signal
import socket


async def main():
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, lambda: None)
    await asyncio.gather(*(asyncio.sleep(0.001) for _ in range(100)))
    assert await asyncio.to_thread(lambda: 42) == 42

    child = await asyncio.create_subprocess_exec(
        "uname", "-s", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    output, _ = await asyncio.wait_for(child.communicate(), 4)
    assert output == b"Linux\n" and child.returncode == 0
    child = await asyncio.create_subprocess_shell("cat > /dev/null", stdin=asyncio.subprocess.PIPE)
    await child.communicate(b"x" * 100000)
    assert child.returncode == 0

    one, other = socket.socketpair()
    reader, _ = await asyncio.open_connection(sock=one)
    _, writer = await asyncio.open_connection(sock=other)
    writer.write(b"line\n")
    await writer.drain()
    assert await reader.readline() == b"line\n"
    print(json.dumps({"type": "sample", "features": ["healthy"]}))


asyncio.run(main())
